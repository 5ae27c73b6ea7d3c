package web

import (
	"context"
	"runtime"

	"github.com/alexedwards/argon2id"

	"parley/desk"
)

// passwords hashes with argon2id at OWASP's minimum: 19 MiB, two passes, one
// lane. Half the cores at most compute hashes at once, so that a flood of logins
// can neither fill the memory nor starve messages.
type passwords struct {
	turns  chan struct{}
	nobody string // hash of a password that nobody has
}

var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	minPassword = 10
	maxPassword = 200 // characters; a limit against hashing megabytes
)

func newPasswords() (*passwords, error) {
	p := &passwords{turns: make(chan struct{}, max(1, runtime.NumCPU()/2))}
	var err error
	p.nobody, err = HashPassword(desk.NewID())
	return p, err
}

// HashPassword is what is stored for a password.
func HashPassword(password string) (string, error) { return argon2id.CreateHash(password, hashing) }

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	if len([]rune(password)) < minPassword {
		return "", desk.FieldError("password", "needs at least %d characters", minPassword)
	}
	if err := p.turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-p.turns }()
	return HashPassword(password)
}

// matches takes as long for a hash of "" (an unknown person) as for a real one,
// so that the time does not tell who works here.
func (p *passwords) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := p.turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-p.turns }()
	against := hash
	if against == "" {
		against = p.nobody
	}
	ok, err := argon2id.ComparePasswordAndHash(password, against)
	return ok && hash != "", err
}

func (p *passwords) turn(ctx context.Context) error {
	select {
	case p.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return desk.Errorf(desk.Unavailable, "too many people are logging in at once; try again in a moment")
	}
}
