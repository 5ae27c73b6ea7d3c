package demo

const talkIT = `
== consegna wsam 10
C Buongiorno, il mio ordine {order} doveva arrivare martedì. Dov'è? | Salve, il tracking di {order} è fermo da tre giorni.
A Buongiorno {name}, sono {agent}. Controllo subito con il corriere. | Ciao {name}, mi dispiace! Guardo dove si trova.
A Il pacco è nel deposito di {city}: la consegna è prevista domani tra le 9 e le 13. | Risulta in consegna a {city}, domani al più tardi.
C Domattina non ci sono. Può lasciarlo in portineria? | È un regalo per sabato, arriva in tempo?
A Ho aggiunto la nota per il corriere. Riceverà un SMS alla consegna. | Sì, ho chiesto la consegna espressa.
== reso wsam 8
C Vorrei restituire {item}, è troppo grande. | Posso ancora rendere l'ordine {order}? L'ho ricevuto 12 giorni fa.
A Certo {name}, ha 30 giorni di tempo. Ha ancora la scatola? | Nessun problema. È già stato usato?
C Sì, è tutto nella scatola. | L'ho solo aperto.
A Perfetto, l'etichetta è nella sua posta: {email}. Il rimborso arriva entro cinque giorni dal rientro. | Le ho mandato l'etichetta; può consegnarlo in qualsiasi punto di ritiro a {city}.
== sedie w 7
C Buongiorno, quanto è alta la seduta della Loop? | La sedia Loop può stare su un balcone coperto?
A Buongiorno {name}! 46 cm, e si impilano fino a quattro. | Sì, al coperto va benissimo.
C Me ne servirebbero sei: c'è uno sconto? | E i tempi per {city}?
A Da sei pezzi il 10 %. Le preparo un'offerta valida due settimane? | Circa nove giorni, montaggio non necessario.
C Sì, a {email}, grazie. | Ottimo.
A Inviata: basta rispondere a quella mail. | Se vuole gliele tengo da parte fino a domani.
== fattura sa 5
C Mi serve la fattura di {order} con la partita IVA. | Ho due addebiti di {amount} per lo stesso ordine.
A Certo {name}, la passo ai colleghi della fatturazione. | Capisco. Un momento, la metto in contatto con l'amministrazione.
T Billing | Fattura o doppio addebito per {order}, cliente italiano.
A Buongiorno, sono {agent}. È tutto a posto: riceverà il documento a {email} entro oggi. | Buongiorno {name}, il secondo importo è solo una prenotazione e sparisce in tre giorni.
== lampada sa 6
C La mia lampada Arc sfarfalla quando abbasso la luce. | La lampada non si accende più, ho già cambiato la lampadina.
A Buongiorno {name}, è collegata direttamente alla presa? | Vediamo insieme. La base è calda?
C Direttamente alla presa. | No, è fredda.
A Tenga premuto l'anello per dieci secondi, finché lampeggia due volte. | Provi un'altra presa e poi tenga premuto l'anello.
C Ha lampeggiato, ora funziona! | Va meglio, grazie.
++ thanks
Perfetto, grazie mille!
Grazie, gentilissimi.
Ottimo, buona giornata!
Grazie {agent}.
++ bye
Si figuri, buona giornata!
È stato un piacere.
++ again
Buongiorno, ancora una cosa su {order}: mi conferma il giorno di consegna?
Scusi, la mail non è ancora arrivata.
++ pass
Un momento {name}, la metto in contatto con il suo referente.
++ nudge
C'è qualcuno?
Ci sono novità?
++ praise
Veloci e gentili
Servizio ottimo, grazie!
Risolto subito
++ blame
Troppa attesa.
Cortesi, ma ho dovuto spiegare tutto due volte
`
