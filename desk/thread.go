package desk

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Hear takes a customer's message into the conversation's own figures. now is
// when it was recorded.
func (c *Conversation) Hear(m *Message, now time.Time) {
	if c.AskedAt.IsZero() {
		c.AskedAt = now
	}
	if c.UnansweredSince.IsZero() {
		c.UnansweredSince = now
	}
	c.LastCustomerAt = now
	c.Unread++
	c.say(m)
}

// Answer takes an agent's message to the customer into the figures. It tells
// what this answered, for the facts: the round's first question and since when
// the last one was open. Zero times mean nothing was.
func (c *Conversation) Answer(m *Message, now time.Time) (firstAsked, open time.Time) {
	if c.AnsweredAt.IsZero() && !c.AskedAt.IsZero() {
		firstAsked = c.AskedAt
		c.AnsweredAt = now
	}
	open = c.UnansweredSince
	c.UnansweredSince = time.Time{}
	c.Unread = 0
	c.say(m)
	return firstAsked, open
}

// Mention takes any other message (notes, notices, bot and system words) in:
// it shows in lists, answers nothing and starts no clock.
func (c *Conversation) Mention(m *Message) {
	if m.Private() {
		return
	}
	c.say(m)
}

func (c *Conversation) say(m *Message) {
	if m.At.Before(c.LastAt) {
		return // came late
	}
	c.LastAt, c.LastText, c.LastAuthor, c.LastAgentID = m.At, m.Snippet(), m.Author, m.AgentID
}

// ParseRating reads an answer to "rate us 1–5": a number, and what else was
// written as the comment. Anything that does not begin with a lone 1–5 is not a rating.
func ParseRating(text string) (score int, comment string, ok bool) {
	t := strings.TrimSpace(text)
	if t == "" || t[0] < '1' || t[0] > '5' {
		return 0, "", false
	}
	rest := strings.TrimPrefix(t[1:], "/5")
	// Keycap emoji ("5️⃣") carry a variation selector and a combining keycap.
	rest = strings.TrimLeft(rest, "\ufe0f\u20e3★⭐")
	r, size := utf8.DecodeRuneInString(rest)
	if unicode.IsNumber(r) || unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) || r == '%' {
		return 0, "", false // 10, 5th, 1½, 5€
	}
	if after, _ := utf8.DecodeRuneInString(rest[size:]); strings.ContainsRune(".,:/-–", r) && unicode.IsNumber(after) {
		return 0, "", false // 4.50, 3:30, 5/10, 2-3
	}
	comment = strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".,:;-–—!)", r) })
	return int(t[0] - '0'), strings.TrimSpace(comment), true
}

// CSATWindow is how long after asking an answer still counts as a rating.
const CSATWindow = 24 * time.Hour

// CSATCommentWindow is how long after the score the next message is its comment.
const CSATCommentWindow = 10 * time.Minute
