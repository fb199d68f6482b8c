package composition_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim/composition"
)

// wanted is the body of a constrained composition: so many processors and memory modules, and more.
func wanted(cpus, dimms int, more string) string {
	count := func(n int) string { return `"@Redfish.RequestedCount":` + string(rune('0'+n)) }
	return `{"Name":"web-1","Processors":{"Members":[{` + count(cpus) + `,"ProcessorType":"CPU","TotalCores":8}]},` +
		`"Memory":{"Members":[{` + count(dimms) + `,"MemoryType":"DRAM","CapacityMiB":8192}]}` + more + `}`
}

const (
	oneDrive = `,"Storage":{"Members":[{"@Redfish.RequestedCount":1,"Drives":[{"CapacityBytes":214748364800}]}]}`
	fastNIC  = `,"EthernetInterfaces":{"Members":[{"@Redfish.RequestedCount":1,"SpeedMbps":25000}]}`
)

// over lets the elements of a request be fulfilled by more than they ask for.
func over(body string) string {
	return strings.ReplaceAll(body, `"@Redfish.RequestedCount"`, `"@Redfish.AllowOverprovisioning":true,"@Redfish.RequestedCount"`)
}

func TestChosenBlocks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"the only one that fits", wanted(2, 2, ""), []string{"C1b"}},
		{"the smallest", wanted(1, 1, ""), []string{"C1a"}},
		{"the smallest that is larger", over(strings.ReplaceAll(wanted(1, 1, ""), "8192", "4096")), []string{"C1a"}},
		{"more than was asked for", over(strings.ReplaceAll(wanted(2, 1, ""), `":8}`, `":4}`)), []string{"C1b"}},
		{"with a drive", wanted(1, 1, oneDrive), []string{"C1a", "D1"}},
		{"with a larger drive", over(wanted(1, 1, strings.ReplaceAll(oneDrive, "214748364800", "300000000000"))), []string{"C1a", "Pool"}},
		{"in a zone", strings.Replace(wanted(1, 1, oneDrive), `{`, `{"@Redfish.ZoneAffinity":"2",`, 1), []string{"C2a", "D2"}},
		{"beside one that is named", strings.Replace(wanted(1, 1, ""), `{`, `{"Links":{"ResourceBlocks":`+linked("D2")+`},`, 1), []string{"D2", "C2a"}},
		{"a device of a simple storage", wanted(1, 1, `,"SimpleStorage":{"Members":[{"@Redfish.RequestedCount":1,"Devices":[{"CapacityBytes":214748364800}]}]}`),
			[]string{"C1a", "D1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, composition.Options{Layout: small()})
			made := s.send(t, "POST", systems, tt.body).want(t, http.StatusCreated).json(t)
			var got []string
			for _, uri := range uris(at(made, "Links", "ResourceBlocks")) {
				got = append(got, strings.TrimPrefix(uri, blocks))
			}
			slices.Sort(got)
			if want := slices.Sorted(slices.Values(tt.want)); !slices.Equal(got, want) {
				t.Errorf("chose %v, want %v", got, want)
			}
		})
	}
}

func TestNothingToChoose(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		status     int
		message    string
		says       []string
	}{
		{"no such drive", wanted(1, 1, strings.ReplaceAll(oneDrive, "214748364800", "1")), 409, "NoResourceMatch", []string{"Storage"}},
		{"no such interface", wanted(1, 1, fastNIC), 409, "NoResourceMatch", []string{"EthernetInterface"}},
		{"too many of both", wanted(9, 9, ""), 409, "NoResourceMatch", []string{"Processor", "Memory"}},
		{"half a block", wanted(1, 2, ""), 409, "NoResourceMatch", []string{"Processor", "Memory"}},
		{"two blocks that compute", wanted(3, 3, ""), 409, "NoResourceMatch", []string{"Processor", "Memory"}},
		{"no count", strings.ReplaceAll(wanted(1, 1, ""), `"@Redfish.RequestedCount":1,`, ""), 400, "PropertyMissing", []string{"RequestedCount"}},
		{"no cores", strings.ReplaceAll(wanted(1, 1, ""), `,"TotalCores":8`, ""), 400, "PropertyMissing", []string{"Processors/Members/TotalCores"}},
		{"no memory", `{"Name":"a","Processors":{"Members":[]}}`, 400, "PropertyMissing", nil},
		{"half a processor", strings.ReplaceAll(wanted(1, 1, ""), `Count":1`, `Count":0.5`), 400, "PropertyValueTypeError", nil},
		{"no processors", strings.ReplaceAll(wanted(1, 1, ""), `Count":1`, `Count":0`), 400, "PropertyValueTypeError", nil},
		{"no such zone", strings.Replace(wanted(1, 1, ""), `{`, `{"@Redfish.ZoneAffinity":"7",`, 1), 400, "PropertyValueNotInList", []string{"7"}},
		{"a zone without a name", strings.Replace(wanted(1, 1, ""), `{`, `{"@Redfish.ZoneAffinity":7,`, 1), 400, "PropertyValueNotInList", []string{"7"}},
		{"no element", `{"Name":"a","Processors":{"Members":[7]},"Memory":{"Members":[{}]}}`, 400, "PropertyValueTypeError", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, composition.Options{Layout: small()})
			r := s.send(t, "POST", systems, tt.body)
			r.refused(t, tt.status, tt.message)
			for _, word := range tt.says {
				if !strings.Contains(r.body, "'"+word+"'") && !strings.Contains(r.body, word+" ") {
					t.Errorf("the answer does not say %s: %s", word, r.body)
				}
			}
			if used := s.Blocks("Composed"); len(used) > 0 {
				t.Errorf("used: %v", used)
			}
		})
	}
}

// TestFullPod: what is used or reserved is not chosen, and what is missing is said.
func TestFullPod(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	s.send(t, "PATCH", blocks+"C1a", `{"CompositionStatus":{"Reserved":true}}`).want(t, http.StatusOK)
	for range 3 {
		s.send(t, "POST", systems, over(wanted(1, 1, ""))).want(t, http.StatusCreated)
	}
	r := s.send(t, "POST", systems, over(wanted(1, 1, "")))
	r.refused(t, http.StatusConflict, "NoResourceMatch")
	if !strings.Contains(r.body, "'Processor'") || !strings.Contains(r.body, "'Memory'") {
		t.Errorf("the answer does not say what is missing: %s", r.body)
	}
	if s.state(t, "C1a") != "Unused" {
		t.Error("a reserved block was chosen")
	}
}

// TestAnnotationsThatAreNotAllowed: a service that does not allow them must not be sent them.
func TestAnnotationsThatAreNotAllowed(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	s.send(t, "PATCH", service, `{"AllowOverprovisioning":false}`).want(t, http.StatusOK)
	s.send(t, "POST", systems, over(wanted(1, 1, ""))).refused(t, http.StatusBadRequest, "PropertyUnknown")
	s.send(t, "POST", systems, wanted(1, 1, "")).want(t, http.StatusCreated)
	s.send(t, "PATCH", service, `{"AllowZoneAffinity":false}`).refused(t, http.StatusBadRequest, "PropertyNotWritable")
}
