package faults

import (
	"encoding/json"
	"net/http"
)

// maxBody bounds the body of a control request.
const maxBody = 1 << 20

// ControlPath is where Control is meant to be served.
const ControlPath = "/podsim/v1/faults"

// Control serves the rules: GET lists them, POST adds one, DELETE ends all; GET and DELETE of one by its id.
func (s *Set) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+ControlPath, s.list)
	mux.HandleFunc("POST "+ControlPath, s.add)
	mux.HandleFunc("DELETE "+ControlPath, s.clear)
	mux.HandleFunc("GET "+ControlPath+"/{id}", s.get)
	mux.HandleFunc("DELETE "+ControlPath+"/{id}", s.remove)
	return mux
}

type ruleList struct {
	Faults []Rule `json:"faults"`
}

func (s *Set) list(w http.ResponseWriter, _ *http.Request) {
	Answer(w, http.StatusOK, ruleList{s.Rules()})
}

func (s *Set) add(w http.ResponseWriter, r *http.Request) {
	rule, err := Decode(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		rule, err = s.Add(rule)
	}
	if err != nil {
		Complain(w, http.StatusBadRequest, err.Error())
		return
	}
	w.Header().Set("Location", ControlPath+"/"+rule.ID)
	Answer(w, http.StatusCreated, rule)
}

func (s *Set) clear(w http.ResponseWriter, _ *http.Request) {
	s.Clear()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Set) get(w http.ResponseWriter, r *http.Request) {
	for _, rule := range s.Rules() {
		if rule.ID == r.PathValue("id") {
			Answer(w, http.StatusOK, rule)
			return
		}
	}
	Complain(w, http.StatusNotFound, "there is no fault "+r.PathValue("id"))
}

func (s *Set) remove(w http.ResponseWriter, r *http.Request) {
	if !s.Remove(r.PathValue("id")) {
		Complain(w, http.StatusNotFound, "there is no fault "+r.PathValue("id"))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Answer writes the JSON of a control endpoint.
func Answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The client may have gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}

// Complain answers what is wrong with a control request.
func Complain(w http.ResponseWriter, status int, message string) {
	Answer(w, status, map[string]any{"error": map[string]string{"message": message}})
}
