package keystone

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/google/uuid"
)

// Client calls the shared Keystone's API as one user. It fails its test when
// Keystone does not agree.
type Client struct {
	Token string
	url   string
	t     testing.TB
}

// Object is a JSON object.
type Object = map[string]any

// Admin is a client of the user admin in the project admin.
func (s *Server) Admin(t testing.TB) *Client {
	t.Helper()
	return s.SignIn(t, User{Name: "admin", Password: AdminPassword, Project: "admin"})
}

// SignIn is a client of a user.
func (s *Server) SignIn(t testing.TB, u User) *Client {
	t.Helper()
	domain := Object{"id": "default"}
	c := &Client{url: s.URL, t: t}
	_, header := c.call("POST", "/v3/auth/tokens", Object{"auth": Object{
		"identity": Object{"methods": []string{"password"}, "password": Object{"user": Object{
			"name": u.Name, "domain": domain, "password": u.Password,
		}}},
		"scope": Object{"project": Object{"name": u.Project, "domain": domain}},
	}})
	c.Token = header.Get("X-Subject-Token")
	return c
}

// Call sends a request with a JSON body, or none, and gives the answer's.
func (c *Client) Call(method, path string, body any) Object {
	c.t.Helper()
	answer, _ := c.call(method, path, body)
	return answer
}

// Make creates something with a POST and gives its id. kind is the key of the
// documents, such as "user".
func (c *Client) Make(kind, path string, fields Object) string {
	c.t.Helper()
	made, _ := c.Call("POST", path, Object{kind: fields})[kind].(Object)
	id, _ := made["id"].(string)
	if id == "" {
		c.t.Fatalf("POST %s: no id in the answer", path)
	}
	return id
}

func (c *Client) call(method, path string, body any) (Object, http.Header) {
	c.t.Helper()
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			c.t.Fatal(err)
		}
	}
	// In a clean-up the test's own context is over.
	req, err := http.NewRequest(method, c.url+path, bytes.NewReader(data))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.Token != "" {
		req.Header.Set("X-Auth-Token", c.Token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		c.t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, text, err)
	}
	var answer Object
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			c.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return answer, resp.Header
}

// User is a user of the domain Default with a role in one project.
type User struct {
	ID, Name, Password string
	Project, ProjectID string
}

// NewUser makes a user with a password and a project of its own and gives it
// roles there: reader, member or admin.
func (c *Client) NewUser(roles ...string) User {
	c.t.Helper()
	tag := uuid.NewString()[:8]
	u := User{Name: "user-" + tag, Password: "Pass-" + uuid.NewString(), Project: "project-" + tag}
	u.ProjectID = c.Make("project", "/v3/projects", Object{"name": u.Project, "domain_id": "default"})
	u.ID = c.Make("user", "/v3/users", Object{"name": u.Name, "password": u.Password, "domain_id": "default"})
	for _, name := range roles {
		c.Call("PUT", fmt.Sprintf("/v3/projects/%s/users/%s/roles/%s", u.ProjectID, u.ID, c.RoleID(name)), nil)
	}
	return u
}

// RoleID is the id of a role.
func (c *Client) RoleID(name string) string {
	c.t.Helper()
	roles, _ := c.Call("GET", "/v3/roles?name="+name, nil)["roles"].([]any)
	if len(roles) != 1 {
		c.t.Fatalf("there are %d roles %q", len(roles), name)
	}
	return roles[0].(Object)["id"].(string)
}

// NewRegion makes a region. All tests share the catalog: what one adds to it
// belongs into a region of its own.
func (c *Client) NewRegion() string {
	c.t.Helper()
	return c.Make("region", "/v3/regions", Object{"id": "region-" + uuid.NewString()[:8]})
}

// AddService adds a service with endpoints, by interface, until the test ends.
func (c *Client) AddService(kind, region string, endpoints map[string]string) {
	c.t.Helper()
	id := c.Make("service", "/v3/services", Object{"type": kind, "name": "test-" + kind})
	for name, url := range endpoints {
		c.Make("endpoint", "/v3/endpoints", Object{"service_id": id, "interface": name, "region_id": region, "url": url})
	}
	c.t.Cleanup(func() { c.Call("DELETE", "/v3/services/"+id, nil) })
}

// URL is that of the client's server, without a version.
func (c *Client) URL() string { return c.url }
