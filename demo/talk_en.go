package demo

const talkEN = `
== delivery wsa 16
C Hi, my order {order} should have arrived on Tuesday. Where is it? | Hello, the tracking for {order} hasn't moved in three days. | Hey, any idea when {order} will get to {city}?
A Hi {name}, this is {agent}. Sorry for the wait, let me look it up. | Hello {name}, {agent} here. I'm checking with the carrier now.
A It left our warehouse on time and is held at the depot in {city}. They will try again tomorrow between 9 and 13. | The parcel was scanned in {city} this morning, so it should be with you tomorrow.
C Ok, but I'm not home in the morning. Can they leave it with a neighbour? | It's a gift for Saturday. Will it make it?
A I have put a note on the delivery: number 14 may take it. You'll get an SMS when it's dropped off. | Yes, I've asked for express. If it isn't there by Friday noon, write to me and I'll send another one.
== damaged wam 12
C The {item} arrived with a crack 😕 | I just unpacked the {item} and the foot is scratched. | One of the parts of {order} is broken.
A Oh no, I'm sorry {name}. Could you send a photo, and tell me if the box was damaged too? | That shouldn't happen. Is the outer box dented as well?
C The box looked fine. I can send a photo later. | Yes, one corner is crushed.
N Second report of transit damage this week for this batch. Flagged to the warehouse.
A Thank you. I can send a replacement today, or refund you. Which do you prefer? | You don't need to send it back. Replacement or refund?
C A replacement please. | Replacement, if it comes this week.
A Done: it leaves tonight, and you'll get the tracking at {email}. | It's on its way tomorrow morning. The confirmation goes to {email}.
== induction wam 9
C Does the Pour kettle fit an induction hob? | Hi! Is the kettle's handle heat-proof?
A Hi {name}! Yes, it works on gas, electric and induction. | Hello! The handle stays cool, and it works on every hob.
C And do you have it in green? | How long is the warranty?
A Green is back next week; sand and black are here now. Shall I tell you when it comes? | Three years on everything but the filter.
C Yes please, {email} | Good to know.
== chairs w 10
C How high is the seat of the Loop chair? | Can the Loop chair stand outside on a covered balcony?
A Hi {name}, 46 cm, and it stacks up to four. | Under a roof it is fine; the oak wants some oil once a year.
C I would need six of them. Is there a discount? | When could you deliver six to {city}?
A From six on it's 10 %. I can make you an offer, valid for two weeks. To which address should it go? | In about nine days. I can hold six for you until tomorrow evening.
C Please send the offer to {email}. | Great, please hold them.
A Sent. Just answer that mail to order. | Held under your name until tomorrow at 18:00.
== code w 8
C My discount code WELCOME10 doesn't work at checkout. | The code from your newsletter is refused.
A Hi {name}, let me see. Which message do you get? | Hello! I'll check that code.
C It says it has expired, but I got it yesterday. | "Not valid for this basket".
A It only works from 50 € on, and yours was at 48. I've lowered the limit for you, try again. | I see, it excludes sale items. I've made you one that works: LM-HELLO10.
== charged sa 9
C I was charged twice for {order}. | There are two payments of {amount} on my card for the same order.
A Hi {name}, I'm sorry. I see one payment and one hold here; I'll pass you to billing to be sure. | Hello {name}, that needs our billing team. I'm handing you over with everything you told me.
T Billing | Two authorisations of {amount} for {order}; customer wants the second one released.
A Hello {name}, {agent} from billing. The second one is only a reservation; your bank drops it within 3 days. | Hi, {agent} here. I've released the second authorisation just now.
C How will I know? | It still shows on my statement.
A It disappears by itself. If it's there on Monday, answer here and I'll send you the release note for your bank. | That can take a day. I'll send the confirmation to {email}.
== invoice sa 6
C I need an invoice with our VAT number for {order}. | Could you resend the invoice of {order}? Accounting lost it.
A Of course {name}. Which VAT number and company name should be on it? | Sure. Shall it go to {email}?
C GB 123 4567 89, thanks. | Yes please.
A Done, it's in your mailbox. | Sent. You can also find all of them under My account, Invoices.
== return wma 14
C I'd like to return the {item}, it's too big for my kitchen. | Can I still return {order}? I got it 12 days ago. | The {item} is not what I imagined, can I send it back?
A Hi {name}, no problem, you have 30 days. Is it still in its box? | Of course. Did you already use it?
C I still have the box. | I only unpacked it.
A Perfect. I've sent the label to {email}; drop it at any parcel shop in {city}. | Then just print the label I've sent you. No printer? They can scan the code.
C How long does the refund take? | And when do I get the money?
A Five days after it is back with us, to the same card. | Usually within a week of the drop-off.
== exchange m 10
C Could I exchange the {item} for another colour? | I ordered the wrong size of lampshade, can I swap it?
A Sure {name}. Which one would you like instead? | Yes, as long as it's unused. What should we send?
C The dark green one, if you have it. | The larger one.
A Reserved. Send yours back with this label and the other one leaves the same day. | It's in stock. I've started the exchange and mailed you the label.
== flicker sa 12
C My Arc lamp flickers when I dim it. | The lamp doesn't turn on any more. I changed the bulb already.
A Hi {name}, is it plugged into a dimmer or straight into the wall? | Hello, let's find out. Does the base feel warm?
C Straight into the wall. | No, it's cold.
A Please hold the touch ring for ten seconds until it blinks twice: that resets the driver. | Try another socket first, then hold the ring for ten seconds.
C That helped a bit, but it still flickers at the lowest level. | It blinked, and now it works!
N Driver revision B, known issue below 10 %. Replacement driver part 4411.
A Good. I'll send you a new driver; it clicks in without tools. | Great. If it comes back, we replace the driver free of charge.
== stuck a 5
C My parcel {order} is shown as delivered, but nothing is here! | The courier says delivered, and I have nothing.
A I'm sorry {name}. I'll open an investigation with the carrier; they answer within a day. Did you ask the neighbours? | That's annoying. I've asked the driver for the place of delivery.
C Nobody has it. | I asked everyone in the house.
Z
C Any news on this? | Hello, did they answer?
A Yes: it was left at the parcel shop on the corner, it waits there under your name. | They can't find it, so I'm sending you a new one today. It comes by express.
== address sa 7
C Can I change the delivery address of {order}? | I moved house, and {order} goes to the old address.
A Hi {name}, it hasn't left yet, so yes. What's the new one? | Sure, where should it go?
C 14 Mill Lane, {city} | Flat 3, 27 Station Road, {city}
A Changed, you'll get a new confirmation at {email}. | Done. It still arrives on the same day.
++ thanks
Great, thank you so much!
Perfect, thanks for the quick help 🙂
Thanks, that's all I needed.
Brilliant. Have a nice day!
Ok, thanks.
Thank you {agent}!
++ bye
You're welcome, {name}. Have a lovely day!
Gladly. Write any time.
My pleasure!
++ again
Hi again, one more thing about {order}: can you confirm the delivery day?
Hello, it's me again. The mail you promised hasn't arrived yet.
Sorry, I forgot to ask: is the bulb included?
++ pass
One moment {name}, I'll bring in your account manager.
I'll hand you to our key account team, they know your orders.
++ nudge
Hello? Is anybody there?
Any news on this?
Still waiting…
++ praise
Quick and friendly.
{agent} was great!
Solved in five minutes, thank you
Best support I've had in a while
Very kind, knew exactly what to do
++ blame
Had to wait too long.
Friendly, but my problem isn't really solved
Was passed around twice
Answers felt copied and pasted.
`
