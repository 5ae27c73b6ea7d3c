package whatsapp

import (
	"encoding/json"

	"parley/channels/meta"
	"parley/channels/wire"
	"parley/desk"
)

// replied is what WhatsApp says a message answers.
type replied struct {
	ID        meta.String     `json:"id"`
	Forwarded meta.Bool       `json:"forwarded"`
	Often     meta.Bool       `json:"frequently_forwarded"`
	Product   json.RawMessage `json:"referred_product"`
}

func (m *message) contextOf() replied {
	var c replied
	if !m.part("context", &c) {
		return replied{}
	}
	return c
}

// referral is the advertisement or post the customer came through.
type referral struct {
	SourceURL  meta.String `json:"source_url"`
	SourceID   meta.String `json:"source_id"`
	SourceType meta.String `json:"source_type"`
	Headline   meta.String `json:"headline"`
	Body       meta.String `json:"body"`
	Click      meta.String `json:"ctwa_clid"`
}

func (m *message) referral() referral {
	var r referral
	if !m.part("referral", &r) {
		return referral{}
	}
	return r
}

// context is what came with the message besides its content.
func (m *message) context() desk.Context {
	ref, rep := m.referral(), m.contextOf()
	var product struct {
		Catalog meta.String `json:"catalog_id"`
		SKU     meta.String `json:"product_retailer_id"`
	}
	_ = json.Unmarshal(rep.Product, &product)
	c := desk.Context{Page: wire.CleanURL(string(ref.SourceURL)), Title: ref.Headline.Max(500)}
	extra := map[string]string{
		"ad_id": ref.SourceID.Max(200), "ad_type": ref.SourceType.Max(60), "ad_text": ref.Body.Max(1000), "ctwa_clid": ref.Click.Max(1000),
		"catalog": product.Catalog.Max(200), "product": product.SKU.Max(200),
	}
	if rep.Forwarded {
		extra["forwarded"] = "true"
	}
	if rep.Often {
		extra["frequently_forwarded"] = "true"
	}
	for k, v := range extra {
		if v == "" {
			delete(extra, k)
		}
	}
	if len(extra) > 0 {
		c.Extra = extra
	}
	return c
}
