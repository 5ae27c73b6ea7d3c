package demo

const talkPL = `
== dostawa wsam 10
C Dzień dobry, zamówienie {order} miało przyjść we wtorek. Gdzie jest? | Cześć, śledzenie {order} nie zmieniło się od trzech dni.
A Dzień dobry {name}, tu {agent}. Już sprawdzam u kuriera. | Cześć {name}, przepraszam za opóźnienie, sprawdzam.
A Paczka jest w sortowni w mieście {city}, kurier przyjedzie jutro między 9 a 13. | Przesyłka jest już w doręczeniu, najpóźniej jutro.
C Rano nie ma mnie w domu. Może zostawić u sąsiada? | To prezent na sobotę, zdąży?
A Dodałam uwagę dla kuriera, dostanie Pan/Pani SMS po doręczeniu. | Tak, poprosiłem o ekspres.
== zwrot wsam 8
C Chcę zwrócić {item}, jest za duży. | Czy mogę jeszcze zwrócić {order}? Mam go od 12 dni.
A Oczywiście {name}, ma Pan/Pani 30 dni. Czy jest jeszcze pudełko? | Jasne. Czy był używany?
C Tak, pudełko mam. | Tylko rozpakowany.
A Etykieta jest już w skrzynce {email}. Pieniądze wracają w pięć dni od zwrotu. | Wysłałem etykietę; paczkę można nadać w każdym punkcie.
== czajnik w 6
C Czy czajnik Pour działa na indukcji? | Czy uchwyt czajnika się nagrzewa?
A Dzień dobry {name}! Tak, na indukcji, gazie i płycie elektrycznej. | Uchwyt zostaje chłodny.
C A jest w kolorze zielonym? | Ile trwa gwarancja?
A Zielony wraca w przyszłym tygodniu. Dać znać? | Trzy lata na wszystko poza filtrem.
C Tak, na {email}. | Dobrze wiedzieć.
== faktura sa 5
C Potrzebuję faktury z NIP-em do {order}. | Mam dwie płatności {amount} za jedno zamówienie.
A Rozumiem {name}, przekazuję do działu rozliczeń. | Jasne, łączę z rozliczeniami.
T Billing | Faktura z NIP-em albo podwójna płatność za {order}.
A Dzień dobry, tu {agent}. Dokument przyjdzie dziś na {email}. | Druga kwota to tylko blokada i zniknie w trzy dni.
== lampa sa 5
C Lampa Arc migocze przy przyciemnianiu. | Lampa się nie włącza, żarówkę już wymieniłem.
A Czy jest podłączona prosto do gniazdka? | Sprawdźmy. Czy podstawa jest ciepła?
C Prosto do gniazdka. | Nie, zimna.
A Proszę przytrzymać pierścień dziesięć sekund, aż mrugnie dwa razy. | Proszę spróbować w innym gniazdku.
C Działa! | Jest lepiej.
++ thanks
Świetnie, dziękuję bardzo!
Dzięki za szybką pomoc.
Dziękuję, miłego dnia!
++ bye
Nie ma za co, miłego dnia!
Polecam się na przyszłość.
++ again
Dzień dobry, jeszcze jedno w sprawie {order}: kiedy dokładnie przyjdzie?
Przepraszam, mail jeszcze nie dotarł.
++ pass
Chwileczkę, łączę z Pana/Pani opiekunem.
++ nudge
Halo, jest tam ktoś?
Czy coś już wiadomo?
++ praise
Szybko i miło
Super obsługa
Wszystko załatwione od ręki
++ blame
Za długo czekałem
Uprzejmie, ale sprawa nadal niezałatwiona
`
