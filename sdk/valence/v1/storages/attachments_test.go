package storages_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

func TestAttachments(t *testing.T) {
	t.Parallel()
	first := attached("GET", "?limit=1&state=attached&volumeId="+dataUUID, "", "["+attachmentBody+"]")
	first.Header = http.Header{"Link": {`</v1/nodes/` + nodeUUID + `/storages?limit=1&marker=m>; rel="next"`}}
	server := exchange.Test(t, first, attached("GET", "?limit=1&marker=m", "", "["+attachmentBody+"]"))
	var got []storages.Attachment
	opts := storages.ListAttachmentsOpts{StorageID: dataUUID, State: storages.StateAttached, Limit: 1}
	for a, err := range storages.AllAttachments(t.Context(), server.Client, nodeUUID, opts) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, a)
	}
	if diff := cmp.Diff([]storages.Attachment{attachment(), attachment()}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := storages.ExtractAttachments(pagination.SinglePageBase{}); err == nil {
		t.Error("a page of something else was read")
	}
}

func TestAttachShowDetach(t *testing.T) {
	t.Parallel()
	show, detach := attached("GET", "/"+dataUUID, "", attachmentBody), attached("DELETE", "/"+dataUUID, "", deletedBody)
	server := exchange.Test(t, attached("POST", "", `{"volumeId":"`+dataUUID+`"}`, attachmentBody), show, detach, missing(detach))
	put, err := storages.Attach(t.Context(), server.Client, nodeUUID, dataUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(attachment(), *put); diff != "" {
		t.Errorf("attach: %s", diff)
	}
	shown, err := storages.GetAttachment(t.Context(), server.Client, nodeUUID, dataUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(attachment(), *shown); diff != "" {
		t.Errorf("show: %s", diff)
	}
	if err := storages.Detach(t.Context(), server.Client, nodeUUID, dataUUID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if err := storages.Detach(t.Context(), server.Client, nodeUUID, dataUUID).ExtractErr(); !gophercloud.ResponseCodeIs(err, 404) {
		t.Errorf("got %v", err)
	}
}
