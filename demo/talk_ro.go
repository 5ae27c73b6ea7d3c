package demo

const talkRO = `
== livrare wsam 10
C Bună ziua, comanda {order} trebuia să vină marți. Unde este? | Bună, urmărirea pentru {order} nu s-a schimbat de trei zile.
A Bună ziua {name}, sunt {agent}. Verific imediat cu curierul. | Bună {name}, îmi pare rău, mă uit acum.
A Coletul e în depozitul din {city}; livrarea e mâine între 9 și 13. | Apare în livrare, mâine cel târziu.
C Dimineața nu sunt acasă. Îl poate lăsa la vecin? | E un cadou pentru sâmbătă, ajunge la timp?
A Am adăugat o notă pentru curier; primiți un SMS la livrare. | Da, am cerut livrare expres.
== retur wsam 8
C Aș vrea să returnez {item}, e prea mare. | Mai pot returna {order}? Îl am de 12 zile.
A Sigur {name}, aveți 30 de zile. Mai aveți cutia? | Desigur. A fost folosit?
C Da, am cutia. | Doar l-am despachetat.
A V-am trimis eticheta la {email}. Banii vin în cinci zile după ce ajunge la noi. | Îl puteți preda la orice punct din {city}.
== ceainic w 6
C Ceainicul Pour merge pe inducție? | Mânerul ceainicului se încinge?
A Bună ziua {name}! Da, pe inducție, gaz și electric. | Mânerul rămâne rece.
C Îl aveți și pe verde? | Cât este garanția?
A Verde revine săptămâna viitoare. Vă anunț? | Trei ani, în afară de filtru.
C Da, la {email}. | Bine de știut.
== factura sa 5
C Am nevoie de factură cu CUI pentru {order}. | Am două plăți de {amount} pentru aceeași comandă.
A Înțeleg {name}, vă transfer la colegii de la facturare. | Imediat, vă pun în legătură cu facturarea.
T Billing | Factură cu CUI sau plată dublă la {order}.
A Bună ziua, sunt {agent}. Documentul ajunge azi la {email}. | A doua sumă e doar o blocare și dispare în trei zile.
== lampa sa 5
C Lampa Arc pâlpâie când reduc lumina. | Lampa nu se mai aprinde, am schimbat deja becul.
A E conectată direct la priză? | Să vedem. Baza e caldă?
C Direct la priză. | Nu, e rece.
A Țineți apăsat inelul zece secunde, până clipește de două ori. | Încercați altă priză.
C Merge! | E mai bine acum.
++ thanks
Perfect, mulțumesc mult!
Mulțumesc pentru ajutor.
Super, o zi bună!
++ bye
Cu plăcere, o zi frumoasă!
++ again
Bună ziua, încă ceva despre {order}: când ajunge exact?
Scuze, mailul nu a ajuns încă.
++ pass
Un moment, vă pun în legătură cu managerul dumneavoastră.
++ nudge
E cineva acolo?
Aveți vreo noutate?
++ praise
Rapid și amabil
Mulțumit, recomand
++ blame
Am așteptat prea mult
`
