// Command parley is the contact-center server and its tools in one binary.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
)

// version is set at build time: -ldflags "-X main.version=…".
var version = "dev"

type cli struct {
	Serve    serveCommand     `cmd:"" help:"Run the server."`
	Migrate  migrateCommand   `cmd:"" help:"Bring the database to the newest schema and exit; serve does so too."`
	Agent    agentCommand     `cmd:"" help:"Add a person, for example the first administrator."`
	Simulate simulateCommand  `cmd:"" help:"Simulate a contact center and compare policies."`
	Bench    benchCommand     `cmd:"" help:"Measure how many messages this machine carries, and how fast."`
	Version  kong.VersionFlag `help:"Print the version and exit."`
}

func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("parley"), kong.Description("Omnichannel live-agent contact center: web chat, SMS, WhatsApp and Messenger in one line."),
		kong.UsageOnError(), kong.Vars{"version": version}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "parley: "+err.Error())
		os.Exit(1)
	}
}
