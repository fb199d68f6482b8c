package podsim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/valence-rsd/valence/podsim/faults"
)

const hardwarePath = controlRoot + "v1/hardware"

// hardwareChange is what a control request does to one thing.
type hardwareChange struct {
	Resource string  `json:"resource"` // its URI
	Present  *bool   `json:"present,omitempty"`
	Health   *string `json:"health,omitempty"`
}

type hardwareList struct {
	Absent []string `json:"absent"`
}

func (s *Simulator) listAbsent(w http.ResponseWriter, _ *http.Request) {
	faults.Answer(w, http.StatusOK, hardwareList{append([]string{}, s.absent.all()...)})
}

func (s *Simulator) changeHardware(w http.ResponseWriter, r *http.Request) {
	change, err := decodeHardwareChange(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = s.applyHardwareChange(change)
	}
	if err != nil {
		faults.Complain(w, http.StatusBadRequest, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func decodeHardwareChange(body io.Reader) (hardwareChange, error) {
	var change hardwareChange
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&change); err != nil {
		return change, errors.New("the body is not as expected: " + strings.TrimPrefix(err.Error(), "json: "))
	}
	if change.Resource == "" || change.Present == nil && change.Health == nil {
		return change, errors.New("resource is missing, or present and health are: expected the first and one of the others")
	}
	return change, nil
}

func (s *Simulator) applyHardwareChange(change hardwareChange) error {
	uri := strings.TrimRight(change.Resource, "/")
	if change.Present != nil {
		if err := s.SetPresent(uri, *change.Present); err != nil {
			return err
		}
	}
	if change.Health != nil {
		return s.SetHealthAt(uri, *change.Health)
	}
	return nil
}

// returnHardware lets everything come back.
func (s *Simulator) returnHardware(w http.ResponseWriter, _ *http.Request) {
	for _, uri := range s.absent.all() {
		if err := s.SetPresent(uri, true); err != nil {
			faults.Complain(w, http.StatusInternalServerError, err.Error())
			return
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
