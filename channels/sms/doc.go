// Package sms is the SMS and MMS channel, carried by Twilio (adapter "twilio-sms").
//
// A customer is a phone number in E.164; short codes and alphanumeric senders
// stay as they are. STOP and START are Twilio's to act on and to answer; they
// are passed on so that Parley sends nothing either. One message out is one
// call: Twilio cuts a long text into segments by itself, up to 1600 characters.
package sms
