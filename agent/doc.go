// Package agent is agents at work as the consoles see it: who is connected, who
// has which conversation open, and which change of the log goes to whom.
//
// A console gets what concerns its agent: their own conversations whole, the
// lines they serve by state, the conversation they have open; supervisors get
// every change of state. What a console may not see is never put on its socket.
// A console that reads too slowly is cut and resumes by number.
package agent
