package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"parley/desk"
	"parley/store"
	"parley/web"
)

// open connects the database for a tool that runs beside, or instead of, a server.
func (s *settings) open(ctx context.Context) (*store.Store, error) {
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil && !s.postgres() {
		return nil, err
	}
	key, err := s.key()
	if err != nil {
		return nil, err
	}
	zone, err := s.zone()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Config{URL: s.database(), Key: key, Zone: zone, Log: s.logger(), Node: "tool"})
}

type migrateCommand struct {
	settings `embed:""`
}

func (c *migrateCommand) Run() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	fmt.Println("the schema is up to date")
	return st.Close()
}

type agentCommand struct {
	settings `embed:""`
	Email    string    `required:"" help:"Address to log in with."`
	Name     string    `required:"" help:"Name that colleagues and customers see."`
	Role     desk.Role `enum:"agent,supervisor,admin" default:"admin" help:"agent, supervisor or admin."`
}

// Run reads the password from standard input, so that it is in no shell history.
func (c *agentCommand) Run() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	fmt.Fprint(os.Stderr, "Password (at least 10 characters): ")
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if err != nil && password == "" {
		return errors.New("no password on standard input")
	}
	if len([]rune(password)) < 10 {
		return errors.New("the password needs at least 10 characters")
	}
	hash, err := web.HashPassword(password)
	if err != nil {
		return err
	}
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	a := desk.Agent{ID: desk.NewID(), Email: strings.ToLower(strings.TrimSpace(c.Email)), Name: c.Name, Role: c.Role, Enabled: true, HardCapacity: desk.HardCapacityDefault,
		Capacity: desk.FullCapacity, Presence: desk.Offline}
	if _, err := st.CreateAgent(ctx, "", a, hash); err != nil {
		return err
	}
	fmt.Printf("%s %s can log in now\n", c.Role, a.Email)
	return nil
}
