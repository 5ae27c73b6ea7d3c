// Package web is Parley's face to the network: the REST API under /api/v1, the
// webhooks providers call, the console's and the widget's sockets, uploads, and
// the built user interface.
//
// Everything that goes wrong is told as problem+json (RFC 9457) in one place,
// error.go; who may do what is decided in desk/permission.go and asked for here
// and nowhere deeper.
package web
