package desk

// DefinitionsVersion rises whenever a figure begins to mean something else, so
// that two reports can be known to be comparable.
const DefinitionsVersion = "2"

// Definitions says in plain words what each figure of a report means. They stand
// beside the figures on the screen and in docs/metrics.md.
var Definitions = map[string]string{
	"started": "Conversations that customers began. Those an agent began do not count, and neither does writing again after the end: that is a reopening.",
	"answered": "Stays in line that ended with an agent taking the conversation. A conversation that is transferred or reopened stands in line again and counts again. " +
		"Everything is counted on the day, and for the queue and agent, of its end.",
	"service_level": "Answered within the target T of the queue, out of all answered plus those who left the line after waiting longer than T. " +
		"T is what the queue's target was at that moment; who came after hours counts from the opening. Those who left before T, and short abandons, count on neither side.",
	"abandonment": "Customers who left the line before an agent came, out of answered plus abandoned; short abandons, and who came after hours and left before the opening, count on neither side. " +
		"On web chat a customer has left when they ended the chat or were gone longer than the grace, and is counted at the moment they left. " +
		"On messaging channels nobody leaves by closing an app, but who writes that they stop waiting has left; a message that nobody took in time is expired instead.",
	"abandoned_short": "Customers who left the line within 5 seconds. They are reported apart and are part of no share.",
	"abandoned_wait":  "How long those who left had waited, short abandons not counted.",
	"expired":         "Messages that nobody took within the hours the queue allows. They are unanswered, but not abandoned.",
	"wait":            "From entering the line to an agent taking the conversation, of the answered. Declined and missed offers do not start it again; a transfer does.",
	"expected_wait": "How true the wait was that was expected as the customer entered the line (web chat shows it), of those who were answered and had one: " +
		"the share within the range told, which is made so that 8 of 10 are; the share answered sooner; and how far the wait was from the middle of the range.",
	"first_response": "From the customer's first message of the conversation, or of its reopening, to the first message of a human agent. " +
		"Bots, automatic messages and private notes do not count; conversations that an agent began count from the customer's first message. It is credited to the agent who wrote. " +
		"The business figure counts only the queue's opening hours: a weekend reply to a weekend message took 0. Those without an answer are not in it; see unanswered.",
	"first_response_handoff": "As first response, but from the moment the conversation was handed to humans: what a bot took before is not in it.",
	"next_response":          "From the first customer message that is not answered yet to the next message of a human agent, each time.",
	"unanswered":             "Customers in open conversations who have had no first response at this moment, whatever the chosen days, with the time of the oldest question.",
	"csat": "Share of ratings that are 4 or 5 of 5, with their number n. A rating belongs to the day on which it was asked for, and to the agent and queue of the rated conversation. " +
		"No answer is not a 0.",
	"response_rate": "Ratings given out of ratings asked for.",
	"handle_time":   "From the first acceptance by an agent to the resolution, less the time it was snoozed.",
	"resolved":      "Conversations ended by an agent.",
	"reopened":      "Ended conversations that went on because the customer wrote again within 72 hours, or an agent took them up again.",
	"transfers":     "Conversations handed to another agent or queue, counted for the agent who handed them on and the queue they went to.",
	"declines":      "Offers that the agent declined. The customer kept the place in line.",
	"missed":        "Offers that rang until their time was over. The agent was set to away and the customer kept the place in line.",
	"percentiles":   "Median and 90th percentile are nearest-rank values, exact to 1 %, of all measurements together. Percentiles of parts are never averaged.",
}
