package demo

const talkDE = `
== lieferung wsam 10
C Guten Tag, meine Bestellung {order} sollte am Dienstag da sein. Wo ist sie? | Hallo, die Sendungsverfolgung von {order} steht seit drei Tagen still.
A Guten Tag {name}, hier ist {agent}. Ich frage gleich beim Paketdienst nach. | Hallo {name}, das tut mir leid, ich sehe nach.
A Das Paket liegt im Depot in {city} und kommt morgen zwischen 9 und 13 Uhr. | Es ist in Zustellung, spätestens morgen haben Sie es.
C Morgens bin ich nicht da. Geht es zum Nachbarn? | Es ist ein Geschenk für Samstag. Klappt das?
A Ich habe das vermerkt, Sie bekommen eine SMS. | Ja, ich habe Express beauftragt.
== ruecksendung wsam 8
C Ich möchte {item} zurückgeben, zu groß für meine Küche. | Kann ich {order} noch zurückschicken? Ich habe es seit 12 Tagen.
A Gern {name}, Sie haben 30 Tage Zeit. Ist der Karton noch da? | Kein Problem. Wurde es schon benutzt?
C Ja, der Karton ist da. | Nur ausgepackt.
A Das Etikett ist in Ihrem Postfach: {email}. Das Geld kommt fünf Tage nach der Rücksendung. | Sie können es in {city} in jedem Paketshop abgeben.
== stuehle w 7
C Wie hoch ist die Sitzfläche vom Loop-Stuhl? | Darf der Loop-Stuhl auf den überdachten Balkon?
A Guten Tag {name}, 46 cm, und vier lassen sich stapeln. | Unter Dach ja, einmal im Jahr ölen.
C Ich bräuchte sechs. Gibt es Rabatt? | Wie schnell kämen sechs nach {city}?
A Ab sechs Stück 10 %. Soll ich ein Angebot schicken? | In etwa neun Tagen.
C Ja bitte, an {email}. | Gut, danke.
A Ist unterwegs, einfach darauf antworten. | Ich halte sie bis morgen Abend für Sie zurück.
== rechnung sa 5
C Ich brauche eine Rechnung mit USt-IdNr. für {order}. | Für {order} wurde zweimal {amount} abgebucht.
A Verstehe {name}, ich gebe Sie an die Buchhaltung weiter. | Einen Moment, das klärt unsere Buchhaltung.
T Billing | Rechnung mit USt-IdNr. oder doppelte Abbuchung, {order}.
A Guten Tag, {agent} aus der Buchhaltung. Das Dokument kommt heute an {email}. | Der zweite Betrag ist nur vorgemerkt und verschwindet in drei Tagen.
++ thanks
Super, vielen Dank!
Danke für die schnelle Hilfe.
Perfekt, schönen Tag noch!
++ bye
Gern geschehen, einen schönen Tag!
++ again
Hallo, noch eine Frage zu {order}: An welchem Tag kommt es genau?
Die versprochene Mail ist noch nicht da.
++ pass
Einen Moment, ich hole Ihre Kundenbetreuerin dazu.
++ nudge
Hallo, ist da jemand?
Gibt es etwas Neues?
++ praise
Schnell und freundlich
Top Service
++ blame
Zu lange gewartet
Musste alles zweimal erklären
`
