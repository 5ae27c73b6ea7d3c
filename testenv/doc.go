// Package testenv gives tests private, real servers: PostgreSQL and Redis on
// free loopback ports with random passwords and their files in a temporary
// folder. It finds the programs that are installed, and never connects to a
// server that it or its command (testenv/cmd/testenv) did not start.
//
// A missing program fails the test and says what to install; nothing is skipped.
//
// Servers end with their test or, for the shared PostgreSQL, with the process.
// Each has a janitor: a small shell process that waits for the end of a pipe
// which only the test process holds. However that process ends, also by a panic
// or by SIGKILL, the janitor ends the server and removes its folder.
package testenv
