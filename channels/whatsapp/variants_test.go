package whatsapp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/channels/whatsapp"
)

func TestVariants(t *testing.T) {
	for _, pair := range [][2]string{
		{"554188887777", "5541988887777"}, // Brazil: the ninth digit
		{"5215512345678", "525512345678"}, // Mexico: the 1 of mobiles
		{"5491112345678", "541112345678"}, // Argentina: the 9 of mobiles
	} {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			if diff := cmp.Diff([]string{p[0], p[1]}, whatsapp.Variants(p[0])); diff != "" {
				t.Errorf("%s (-want +got):\n%s", p[0], diff)
			}
		}
	}
	for _, alone := range []string{
		"393200000142", "15550001111", "", "BR.554188887777", "+554188887777",
		"551133334444",  // a landline in São Paulo: with a 9 it would be somebody else's mobile
		"5511933334444", // and that mobile
	} {
		if diff := cmp.Diff([]string{alone}, whatsapp.Variants(alone)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", alone, diff)
		}
	}
}
