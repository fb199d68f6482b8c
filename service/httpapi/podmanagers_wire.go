package httpapi

import "github.com/valence-rsd/valence/service"

// defaultDriver is the driver of a pod manager that names none (contract 2.1.1).
const defaultDriver = "redfishv1"

// basicAuth is the only type of authentication there is.
const basicAuth = "basic"

// createPodManagerWire is the body that registers a pod manager.
type createPodManagerWire struct {
	Name           string               `json:"name" maxLength:"255"`
	URL            string               `json:"url" maxLength:"2048"`
	Driver         string               `json:"driver,omitempty" maxLength:"64" default:"redfishv1"`
	Authentication []authenticationWire `json:"authentication" minItems:"1" nullable:"false"`
	Description    string               `json:"description,omitempty" maxLength:"1024"`
	Location       string               `json:"location,omitempty" maxLength:"255" doc:"Where it stands."`
	CACertificate  string               `json:"ca_certificate,omitempty" maxLength:"65536" doc:"PEM of the authorities that its certificate must come from; those of the system by default."`
}

// changePodManagerWire is the body that changes a pod manager. Authentication
// is replaced as a whole. Keys that only the service writes are ignored.
type changePodManagerWire struct {
	Name           *string              `json:"name,omitempty" maxLength:"255"`
	URL            *string              `json:"url,omitempty" maxLength:"2048"`
	Driver         *string              `json:"driver,omitempty" maxLength:"64"`
	Authentication []authenticationWire `json:"authentication,omitempty" minItems:"1" nullable:"false"`
	Description    *string              `json:"description,omitempty" maxLength:"1024"`
	Location       *string              `json:"location,omitempty" maxLength:"255"`
	CACertificate  *string              `json:"ca_certificate,omitempty" maxLength:"65536"`

	UUID         any `json:"uuid,omitempty" readOnly:"true"`
	Status       any `json:"status,omitempty" readOnly:"true"`
	StatusReason any `json:"status_reason,omitempty" readOnly:"true"`
	StatusSince  any `json:"status_since,omitempty" readOnly:"true"`
	CreatedAt    any `json:"created_at,omitempty" readOnly:"true"`
	UpdatedAt    any `json:"updated_at,omitempty" readOnly:"true"`
}

type authenticationWire struct {
	Type  string        `json:"type" doc:"Only basic is understood."`
	Items authItemsWire `json:"auth_items"`
}

type authItemsWire struct {
	Username string `json:"username" maxLength:"255"`
	Password string `json:"password" maxLength:"1024" doc:"Always *** in answers."`
}

// podManagerWire is a pod manager as it is shown, its password masked.
type podManagerWire struct {
	UUID           string               `json:"uuid"`
	Name           string               `json:"name"`
	URL            string               `json:"url"`
	Driver         string               `json:"driver"`
	Description    string               `json:"description,omitempty"`
	Location       string               `json:"location,omitempty"`
	CACertificate  string               `json:"ca_certificate,omitempty"`
	Status         string               `json:"status" enum:"Online,Offline,Unknown"`
	StatusReason   string               `json:"status_reason,omitempty" doc:"Why it is not online."`
	StatusSince    string               `json:"status_since,omitempty"`
	Authentication []authenticationWire `json:"authentication" nullable:"false"`
	CreatedAt      string               `json:"created_at"`
	UpdatedAt      string               `json:"updated_at"`
}

// podManager makes the pod manager that a checked body asks for. The fleet
// gives it its UUID and times.
func (in createPodManagerWire) podManager() (service.PodManager, error) {
	credentials, err := credentialsOf(in.Authentication)
	if err != nil {
		return service.PodManager{}, err
	}
	if in.Driver == "" {
		in.Driver = defaultDriver
	}
	return service.PodManager{
		Name:          in.Name,
		URL:           in.URL,
		Driver:        in.Driver,
		Credentials:   credentials,
		Description:   in.Description,
		Location:      in.Location,
		CACertificate: in.CACertificate,
	}, nil
}

// apply changes pm as a checked body asks for.
func (in changePodManagerWire) apply(pm *service.PodManager) error {
	pm.Name, pm.URL, pm.Driver = given(in.Name, pm.Name), given(in.URL, pm.URL), given(in.Driver, pm.Driver)
	pm.Description, pm.Location = given(in.Description, pm.Description), given(in.Location, pm.Location)
	pm.CACertificate = given(in.CACertificate, pm.CACertificate)
	if in.Authentication != nil {
		credentials, err := credentialsOf(in.Authentication)
		if err != nil {
			return err
		}
		pm.Credentials = credentials
	}
	return nil
}

// credentialsOf takes the first entry that is understood. The mask is refused:
// it gets there when a document that was read is sent back, and would replace
// the password.
func credentialsOf(entries []authenticationWire) (service.Credentials, error) {
	for _, entry := range entries {
		if entry.Type != basicAuth {
			continue
		}
		if entry.Items.Password == service.Mask {
			return service.Credentials{}, invalid(
				"the password in authentication is the mask that answers show; expected the password itself")
		}
		return service.Credentials{
			Type: basicAuth, Username: entry.Items.Username, Password: entry.Items.Password,
		}, nil
	}
	return service.Credentials{}, invalid("authentication has no entry of type %s, the only type there is", basicAuth)
}

func wirePodManager(pm service.PodManager) podManagerWire {
	out := podManagerWire{
		UUID:          pm.UUID,
		Name:          pm.Name,
		URL:           pm.URL,
		Driver:        pm.Driver,
		Description:   pm.Description,
		Location:      pm.Location,
		CACertificate: pm.CACertificate,
		Status:        string(pm.Status),
		StatusReason:  pm.StatusReason,
		Authentication: []authenticationWire{{
			Type:  pm.Credentials.Type,
			Items: authItemsWire{pm.Credentials.Username, service.Mask},
		}},
		CreatedAt: timestamp(pm.CreatedAt),
		UpdatedAt: timestamp(pm.UpdatedAt),
	}
	if !pm.StatusSince.IsZero() {
		out.StatusSince = timestamp(pm.StatusSince)
	}
	return out
}
