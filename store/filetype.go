package store

import (
	"bytes"
	"image"
	_ "image/gif"  // so that dimensions of
	_ "image/jpeg" // these can be read
	_ "image/png"  // from their first bytes
	"mime"
	"net/http"
	"path"
	"strings"
	"unicode"

	"parley/desk"
)

// binary is the type of whatever is not known to be harmless in a browser.
const binary = "application/octet-stream"

// maxPixels refuses pictures that are small as files and huge once decoded.
const maxPixels = 100_000_000

// safeTypes are what a browser may be told a file is, by what the bytes say.
// HTML, SVG, XML and scripts are not among them.
var safeTypes = map[string]desk.Kind{
	"image/png": desk.Image, "image/jpeg": desk.Image, "image/gif": desk.Image, "image/webp": desk.Image, "image/bmp": desk.Image, "image/heic": desk.Image,
	"audio/mpeg": desk.Audio, "audio/wave": desk.Audio, "audio/aiff": desk.Audio, "audio/basic": desk.Audio, "audio/midi": desk.Audio,
	"audio/ogg": desk.Audio, "audio/amr": desk.Audio, "audio/aac": desk.Audio, "audio/mp4": desk.Audio,
	"video/mp4": desk.Video, "video/webm": desk.Video, "video/avi": desk.Video, "video/3gpp": desk.Video,
	"application/pdf": desk.File, "application/zip": desk.File, "application/x-gzip": desk.File, "application/x-rar-compressed": desk.File,
	"text/plain": desk.File, "text/csv": desk.File, "text/vcard": desk.File,
}

// inside says what a file is whose bytes are only a container's, by its name.
var inside = map[string]map[string]string{
	"application/zip": {
		".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
		".odt":  "application/vnd.oasis.opendocument.text",
		".ods":  "application/vnd.oasis.opendocument.spreadsheet",
	},
	"text/plain":      {".csv": "text/csv", ".vcf": "text/vcard"},
	"application/ogg": {".ogg": "audio/ogg", ".opus": "audio/ogg", ".oga": "audio/ogg", "": "audio/ogg"},
	"video/mp4":       {".m4a": "audio/mp4"},
}

// TypeOf tells the MIME type and kind of a file from its first bytes. What
// could run in a browser, or is unknown, is application/octet-stream.
func TypeOf(head []byte, name string) (string, desk.Kind) {
	typ := sniff(head)
	if names := inside[typ]; names != nil {
		if t, ok := names[strings.ToLower(path.Ext(name))]; ok {
			typ = t
		} else if t, ok := names[""]; ok {
			typ = t
		}
	}
	if kind, ok := safeTypes[typ]; ok {
		return typ, kind
	}
	if strings.HasPrefix(typ, "application/vnd.") {
		return typ, desk.File
	}
	return binary, desk.File
}

func sniff(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("#!AMR")):
		return "audio/amr"
	case len(head) > 12 && string(head[4:8]) == "ftyp":
		switch brand := string(head[8:12]); {
		case strings.HasPrefix(brand, "3g"):
			return "video/3gpp"
		case brand == "heic", brand == "heix", brand == "mif1":
			return "image/heic"
		case strings.HasPrefix(brand, "M4A"):
			return "audio/mp4"
		}
		return "video/mp4"
	case len(head) > 2 && head[0] == 0xff && head[1]&0xf6 == 0xf0:
		return "audio/aac"
	case len(head) > 2 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]&0x06 != 0:
		return "audio/mpeg"
	}
	typ, _, err := mime.ParseMediaType(http.DetectContentType(head))
	if err != nil {
		return binary
	}
	// SVG without a prologue looks like plain text; text has no business
	// beginning with a tag.
	if typ == "text/plain" && bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n\f"), []byte("<")) {
		return binary
	}
	return typ
}

// declared trusts a provider's word where the bytes say nothing, for media only.
func declared(typ string) (string, desk.Kind) {
	t, _, err := mime.ParseMediaType(typ)
	if kind, ok := safeTypes[t]; err == nil && ok && kind != desk.File {
		return t, kind
	}
	return binary, desk.File
}

func tooManyPixels(head []byte) bool {
	c, _, err := image.DecodeConfig(bytes.NewReader(head))
	return err == nil && int64(c.Width)*int64(c.Height) > maxPixels
}

// FileName makes any text a harmless file name: its last path element, without
// control characters or marks that reorder text, at most 120 characters, never
// empty.
func FileName(name string) string {
	name = desk.CleanText(name, 1000)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, ". \t")
	if r := []rune(name); len(r) > 120 {
		ending := []rune(path.Ext(name))
		if len(ending) > 20 {
			ending = nil
		}
		name = string(r[:120-len(ending)]) + string(ending)
	}
	if name == "" {
		return "file"
	}
	return name
}
