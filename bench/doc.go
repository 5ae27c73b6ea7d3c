// Package bench measures the server as its users meet it: providers' signed
// webhooks and visitors' messages go in, agents' sockets show them, agents'
// answers reach visitors' sockets. The server is a process of its own, beside
// private PostgreSQL and Redis or those it is told to use.
//
// Open loop. Every message has its moment in advance, and its latency counts
// from that moment, not from when a connection was free to send it. So a server
// that stalls is charged for everybody who would have come meanwhile, and past
// the knee the figures rise instead of hiding in the accept queue.
//
// Each figure stands beside ceilings that the same machine reached in the same
// run: parts alone, and the thin path, which is the least that could be called
// the same job (HTTP with a signature → batched stream → one statement a batch →
// websocket). The machine and its neighbours then mostly cancel out.
//
// Afterwards the books are balanced: each message that was acknowledged must
// have been shown exactly once, to the agent who owns its conversation, in the
// order in which its customer wrote.
package bench
