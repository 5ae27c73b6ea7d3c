// Package rules evaluates routing rules: expressions (of expr-lang/expr) over
// what is known of a conversation, the first true one of which says where it goes.
//
// It is pure: facts in, decision out, no clock and no I/O, so that a decision
// can be shown again on a past conversation. What an expression may cost is
// bounded when it is compiled, not by watching it run: it has no loops but
// those over short lists, one deep; nothing that makes long values; and
// patterns of a bounded size. An expression that compiles but fails on some
// conversation (a queue it names is gone, a division by zero) is passed over
// and told of.
package rules
