package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// CheckAnswer says how an answer differs from what the OpenAPI description
// promises for the operation, by huma's own reading of the schemas.
func CheckAnswer(method, path string, status int, body string) error {
	a := &api{mux: http.NewServeMux()}
	a.startDocument()
	a.routeDiscovery()
	a.routeHealth()
	a.routeNodes()
	a.routeNodeActions()
	a.routeFlavors()
	a.routePodManagers()

	item := a.doc.Paths[path]
	op := map[string]*huma.Operation{
		"GET": item.Get, "POST": item.Post, "PATCH": item.Patch, "DELETE": item.Delete,
	}[method]
	response, ok := op.Responses[strconv.Itoa(status)]
	if !ok && status >= 400 {
		response, ok = op.Responses["default"]
	}
	if !ok {
		return fmt.Errorf("status %d is not described", status)
	}
	if len(response.Content) == 0 && body == "" {
		return nil
	}
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		return err
	}
	var result huma.ValidateResult
	huma.Validate(a.schemas, response.Content[jsonType].Schema, huma.NewPathBuffer(nil, 0),
		huma.ModeReadFromServer, value, &result)
	return errors.Join(result.Errors...)
}
