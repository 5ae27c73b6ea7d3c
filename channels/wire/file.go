package wire

import (
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/desk"
)

const maxName = 120 // bytes of a file name kept

// KindOf is the kind of file a MIME type stands for.
func KindOf(mimeType string) desk.Kind {
	t, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		return desk.File
	}
	switch family, _, _ := strings.Cut(t, "/"); family {
	case "image":
		return desk.Image
	case "audio":
		return desk.Audio
	case "video":
		return desk.Video
	}
	return desk.File
}

// extensions of the types that arrive without a name. The system's own table
// differs from machine to machine.
var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
	"audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/aac": ".aac", "audio/amr": ".amr",
	"video/mp4": ".mp4", "video/3gpp": ".3gp", "video/quicktime": ".mov",
	"application/pdf": ".pdf", "text/plain": ".txt", "text/csv": ".csv",
	"text/vcard": ".vcf", "text/x-vcard": ".vcf", "text/calendar": ".ics",
}

// NameFor is a name for a file that came with only a kind and a type.
func NameFor(kind desk.Kind, mimeType string) string {
	t, _, _ := mime.ParseMediaType(mimeType)
	return string(kind) + extensions[t]
}

// CleanName makes an outside file name harmless: the last path element, without
// control or text direction characters, at most 120 bytes with its extension
// kept. Empty when nothing is left.
func CleanName(name string) string {
	name = desk.CleanText(name, 4096)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError ||
			r == '\u2028' || r == '\u2029' || strings.ContainsRune(`"<>|:*?`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if len(name) <= maxName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 12 {
		ext = ""
	}
	return desk.CleanText(name, maxName-len(ext)) + ext
}

// CleanURL keeps an outside address of a web page, at most 2048 bytes long.
// Anything else, javascript: and data: among it, becomes "", because the
// console shows it as a link.
func CleanURL(s string) string {
	s = strings.TrimSpace(desk.CleanText(s, 2048))
	l := strings.ToLower(s)
	if strings.ContainsFunc(s, unicode.IsControl) || (!strings.HasPrefix(l, "https://") && !strings.HasPrefix(l, "http://")) {
		return ""
	}
	return s
}
