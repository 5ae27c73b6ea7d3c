package rules

import (
	"fmt"
	"strings"
)

// nearest finds what somebody meant: the value with the fewest letters to
// change, when that is at most a third of them; "" when nothing is near.
func nearest(word string, values []string) string {
	best, least := "", len([]rune(word))/3+1
	for _, v := range values {
		if d := distance(strings.ToLower(word), strings.ToLower(v), least); d < least || d == least && best == "" {
			best, least = v, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap; it may stop
// at anything above limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	var before, above []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, above, row = above, row, make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(y)]
}

func didYouMean(word string, values []string) string {
	if near := nearest(word, values); near != "" {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
}

// listed is a list in words, cut when long.
func listed(values []string) string {
	const most = 12
	if len(values) > most {
		return strings.Join(values[:most], ", ") + " and others"
	}
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + " or " + values[len(values)-1]
}
