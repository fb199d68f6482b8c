package podmanagers

// Authentication is one way to sign in to a pod manager.
type Authentication struct {
	Type      string    `json:"type" required:"true"` // only "basic" is understood
	AuthItems AuthItems `json:"auth_items" required:"true"`
}

// AuthItems are the credentials of type "basic". They print without the
// password; in JSON, which is what travels, it is there.
type AuthItems struct {
	Username string `json:"username" required:"true"`
	Password string `json:"password"` // the service may leave it out of its answers, or mask it
}

// Basic is the authentication by user name and password.
func Basic(username, password string) []Authentication {
	return []Authentication{{Type: "basic", AuthItems: AuthItems{Username: username, Password: password}}}
}

// String hides the password from %v and %s, and with them from slog's text.
func (a AuthItems) String() string { return "{" + a.Username + " ***}" }

// GoString hides the password from %#v.
func (a AuthItems) GoString() string {
	return "podmanagers.AuthItems{Username: " + a.Username + ", Password: ***}"
}
