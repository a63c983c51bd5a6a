// Generated from the OpenAPI document by `npm run sdk:types`. Do not edit.
export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the process responds
         * @description Returns 200 as long as the process can answer, also while the database is unreachable. It needs no key, is not rate-limited, and suits a liveness probe: a failure means that the process should be restarted.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/startup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the process has started: 503 while it starts or migrates its database
         * @description Returns 503 while the process starts its database or migrates it, and 200 from then on. It needs no key and is not rate-limited.
         */
        get: operations["getStartup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the process neither starts nor stops, and its database responds and has every migration
         * @description Returns 503 with the reasons while the process should get no requests: it starts or stops, the database does not respond, or a migration is missing. It needs no key and is not rate-limited.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/company": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the company of the key
         * @description The company that the key belongs to, with its limits; for the platform key the company in X-Company-Id.
         */
        get: operations["getOwnCompany"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/companies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List companies, newest first
         * @description For the operator of the platform. `q` finds a part of the name or the slug, ignoring case.
         */
        get: operations["listCompanies"];
        put?: never;
        /**
         * Create a company
         * @description Creates a tenant without keys; create its first key with POST /api/companies/{id}/keys. Returns 409 `slug_taken` when another company has the slug.
         */
        post: operations["createCompany"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/companies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a company
         * @description Name, contact, settings and limits of one tenant.
         */
        get: operations["getCompany"];
        /**
         * Update a company (only the given fields change; objects are replaced)
         * @description Limits apply within seconds, also to campaigns that run. Deactivating a company rejects its keys and stops its calls from being dialed; nothing is deleted. Returns 409 `slug_taken` when another company has the slug.
         */
        put: operations["putCompany"];
        post?: never;
        /**
         * Delete a deactivated company with all its data
         * @description Deletes all campaigns, calls, transcripts and keys for good, in one step. Returns 409 `company_active` unless the company was deactivated before.
         */
        delete: operations["deleteCompany"];
        options?: never;
        head?: never;
        /**
         * Update a company (only the given fields change; objects are merged, RFC 7396)
         * @description Limits apply within seconds, also to campaigns that run. Deactivating a company rejects its keys and stops its calls from being dialed; nothing is deleted. Returns 409 `slug_taken` when another company has the slug.
         */
        patch: operations["updateCompany"];
        trace?: never;
    };
    "/api/companies/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys of a company, newest first
         * @description Keys themselves are not stored, so only their first characters are shown. Revoked and expired keys are included.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key; the key is shown only in this response
         * @description Store the key at once: only a hash of it is kept. Scopes cannot be changed later. Returns 422 `already_expired` when `expires_at` is in the past.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/companies/{id}/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key
         * @description Name, scopes and times of a key, without the key itself.
         */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key; it stops working within 5 s
         * @description Cannot be undone. Open WebSockets of the key are closed. A key that is revoked already gets 204 too.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        /**
         * Rename an API key
         * @description Only the name can be changed. To change scopes, create another key and revoke this one.
         */
        patch: operations["updateApiKey"];
        trace?: never;
    };
    "/api/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List campaigns, newest first
         * @description Filters combine with AND. `status` may be given several times. Each campaign has its counters of tasks.
         */
        get: operations["listCampaigns"];
        put?: never;
        /**
         * Create a campaign as a draft
         * @description The campaign has no contacts and calls nobody until it is started: add contacts with POST /api/campaigns/{id}/tasks or /call-list, and start it. `warnings` lists settings that are allowed but probably a mistake, such as hours around the clock. Returns 422 `invalid_campaign` for settings that contradict each other, and `unknown_skillbase` or `unknown_version`.
         */
        post: operations["createCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a campaign
         * @description Settings, status and counters of tasks. The ETag covers the settings, not the status and the counters.
         */
        get: operations["getCampaign"];
        /**
         * Update a campaign (only the given fields change; objects are replaced). Some fields cannot be changed after the start
         * @description Changes take effect at once, also for contacts that wait: with new calling hours their next attempts move. Once the campaign was started, the skillbase and some other settings are fixed (409 `frozen`). Returns 422 `invalid_campaign` for settings that contradict each other.
         */
        put: operations["putCampaign"];
        post?: never;
        /**
         * Delete a campaign and its tasks, if it has made no calls
         * @description Deletes a campaign that was never used. Returns 409 `campaign_active` unless it is a draft or over, and `campaign_has_calls` when it has made calls, which stay for metrics and costs.
         */
        delete: operations["deleteCampaign"];
        options?: never;
        head?: never;
        /**
         * Update a campaign (only the given fields change; objects are merged, RFC 7396). Some fields cannot be changed after the start
         * @description Changes take effect at once, also for contacts that wait: with new calling hours their next attempts move. Once the campaign was started, the skillbase and some other settings are fixed (409 `frozen`). Returns 422 `invalid_campaign` for settings that contradict each other.
         */
        patch: operations["updateCampaign"];
        trace?: never;
    };
    "/api/campaigns/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a campaign, or schedule it when its start_time is in the future; resume a paused one
         * @description Contacts are called within seconds, as hours and limits allow; `warnings` lists what may be a mistake. Returns 409 `no_tasks` without contacts, `not_published` for a skillbase without a published version, and `end_time_passed` or `campaign_over`.
         */
        post: operations["startCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a campaign: no new calls; live calls continue
         * @description Waiting contacts keep their places and times. Returns 409 `invalid_transition` for a campaign that neither runs nor is scheduled, also for one that is paused already.
         */
        post: operations["pauseCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a paused campaign, or a completed one to which contacts were added
         * @description Retries that became due in the meantime are made at once, as hours and limits allow. Returns 409 `no_tasks` for a completed campaign without waiting contacts, and `end_time_passed` or `campaign_over`.
         */
        post: operations["resumeCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a campaign and cancel its waiting tasks; with hang_up, also end live calls. May be repeated
         * @description Final: a stopped campaign is not started again, but its contacts can be restarted or cloned. Waiting contacts are cancelled. Live calls go on unless `hang_up` is true.
         */
        post: operations["stopCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restart a campaign: return failed contacts, or others that ended, to the queue
         * @description Contacts whose latest outcome is `invalid_number`, `blocked` or `suppressed` are left out unless `include` or `outcomes` names it. Contacts whose number is suppressed now are always left out: delete the suppression first.
         */
        post: operations["restartCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a draft with the same settings, and with the same contacts if asked
         * @description The copy is a draft of its own: statuses, attempts and results are not copied.
         */
        post: operations["cloneCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the progress of a campaign, counted from its rows
         * @description Exact counts of tasks and calls by status and outcome, rates, and when the campaign is expected to end. Counting a campaign with a million contacts takes about a second.
         */
        get: operations["getCampaignStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the periods in which a campaign may dial, and its waiting contacts per time zone
         * @description The calling windows of the next days on the campaign's own clock, and for each time zone of the waiting contacts whether it is open and when it opens. Use it to see why a campaign pauses at night.
         */
        get: operations["getCampaignSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/diagnostics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the reasons why a campaign cannot dial now, with the contacts per reason
         * @description Answers why nobody is called at this moment: status, hours, limits of the campaign and the company, retries that are not due. Each reason has the number of contacts it applies to and, where it is known, until when.
         */
        get: operations["getCampaignDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the events of a campaign, latest first
         * @description Who or what changed the campaign: commands, automatic transitions, the circuit breaker, imports and steps that failed.
         */
        get: operations["getCampaignLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the contacts of a campaign, newest first
         * @description Filters combine with AND. With `q` a page may have fewer items than `limit`, because a request searches for two seconds at most: follow `next_cursor` until it is null.
         */
        get: operations["listCallTasks"];
        put?: never;
        /**
         * Add contacts to a campaign, each number once; invalid ones are reported, the others are added
         * @description Up to 1,000 contacts. A number that the campaign has already is skipped, a suppressed one is counted as suppressed, and an invalid one is reported in `rejected`. A running campaign calls new contacts as soon as its hours and limits allow. Returns 409 for a campaign that was stopped.
         */
        post: operations["addCallTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/results/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the results of a campaign as a CSV file or a workbook: one row per contact
         * @description One row per contact that matches the filters, in the order in which they were added, without a maximum number of rows: name, number, data, state, outcome, attempts, last call with a link, talk time, cost and collected data. Keys of `contact_data` and `collected_data` are columns.
         */
        get: operations["exportResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/call-tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a contact of a campaign
         * @description The state of one contact: its numbers, attempts so far, latest outcome, and when it is called next.
         */
        get: operations["getCallTask"];
        /**
         * Update a contact (only the given fields change; objects are replaced), cancel it, or return it to the queue
         * @description A contact in progress that is cancelled stays `in_progress` until its call is over: the call is hung up, and no other follows.
         */
        put: operations["putCallTask"];
        post?: never;
        /**
         * Delete a contact that was never called
         * @description Removes the contact from the campaign. Returns 409 `task_has_calls` when it was called: set its status to `cancelled` instead, which keeps the history.
         */
        delete: operations["deleteCallTask"];
        options?: never;
        head?: never;
        /**
         * Update a contact (only the given fields change; objects are merged, RFC 7396), cancel it, or return it to the queue
         * @description A contact in progress that is cancelled stays `in_progress` until its call is over: the call is hung up, and no other follows.
         */
        patch: operations["updateCallTask"];
        trace?: never;
    };
    "/api/call-tasks/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the attempts to call a contact, and each decision with its rule, oldest first
         * @description Up to 1,000 entries. A decision names the rule that made it, such as a retry after `no_answer`, and the time of the next attempt.
         */
        get: operations["getCallTaskHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suppressions/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suppress the numbers of a list: JSON, or a file as for call lists. Rejected rows are reported, the others imported
         * @description Up to 50,000 numbers as JSON, all at once, or a file as the body or in a form, up to 100 MB and 2,000,000 rows. A number that is suppressed already keeps the later expiry. Waiting contacts with these numbers are skipped. `Idempotency-Key` applies to JSON bodies; a file may be sent again without harm.
         */
        post: operations["importSuppressions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{id}/call-list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add the contacts of a CSV, XLSX or JSON Lines file; a file of over 10,000 rows is merged later (202)
         * @description Reads the file while it arrives: up to 100 MB and 2,000,000 rows. Encoding, delimiter and columns are detected unless the form names them. Rows that cannot be used are counted and listed, and do not fail the import. Up to 10,000 rows are merged before the response (200); a larger file is merged in the background (202), and `GET /api/imports/{id}` has its progress. Returns 422 when the file cannot be read or has no phone numbers.
         */
        post: operations["uploadCallList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imports, newest first
         * @description Imports of call lists and of suppression lists. Filters combine with AND. A dry run is listed like any other import.
         */
        get: operations["listImports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an import with its progress
         * @description Status, counts and reading of a file. Poll it while `status` is receiving, waiting or merging, or follow the events `import.progress` and `import.completed`.
         */
        get: operations["getImport"];
        put?: never;
        post?: never;
        /**
         * Revert an import: delete the contacts that it added and that were never called. The import itself is kept
         * @description Deletes the contacts that a completed import added, except those that were called. It runs in the background; `reverted` counts them. Returns 409 `import_under_way` for an import that has not ended; cancel it instead.
         */
        delete: operations["revertImport"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/{id}/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the rejected rows of an import with the reason; they are kept for 30 days
         * @description Each item has the line, the code and explanation of the reason, and the original cells. Rows are listed in the order of the file.
         */
        get: operations["listRejectedRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/{id}/rejected/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the rejected rows as CSV with the columns of the file, to correct and upload again
         * @description The first columns are the reason, followed by those of the file. Correct it and upload it again; rows that were imported already are recognized by their number.
         */
        get: operations["exportRejectedRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an import that is not completed; the contacts that it has added are deleted
         * @description Stops reading or merging the file. Contacts that the import added and that were not called are deleted in the background; until then `status` is cancelled and `reverted` grows. An import that has ended gets 409.
         */
        post: operations["cancelImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List suppressed numbers, newest first
         * @description Filters combine with AND. Numbers are found in any notation.
         */
        get: operations["listSuppressions"];
        put?: never;
        /**
         * Suppress a number (201). If it is suppressed already (200), the later expiry applies
         * @description Contacts of started campaigns that wait for a call to the number become `skipped`.
         */
        post: operations["createSuppression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suppressions/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export suppressed numbers as a CSV file, which the import accepts
         * @description All suppressions that match the filters, in the columns of the import.
         */
        get: operations["exportSuppressions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suppressions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a suppressed number
         * @description The reason, source, note and expiry of one number.
         */
        get: operations["getSuppression"];
        /**
         * Update the reason, note or expiry of a suppression (only the given fields change; objects are replaced)
         * @description The number cannot be changed. A suppression whose expiry has passed no longer prevents calls. Returns 422 `already_expired` for an expiry in the past.
         */
        put: operations["putSuppression"];
        post?: never;
        /**
         * Allow a number to be called again. Contacts already skipped stay skipped
         * @description Campaigns may call the number again. Contacts that were skipped become waiting ones only with a restart of their campaign.
         */
        delete: operations["deleteSuppression"];
        options?: never;
        head?: never;
        /**
         * Update the reason, note or expiry of a suppression (only the given fields change; objects are merged, RFC 7396)
         * @description The number cannot be changed. A suppression whose expiry has passed no longer prevents calls. Returns 422 `already_expired` for an expiry in the past.
         */
        patch: operations["updateSuppression"];
        trace?: never;
    };
    "/api/carrier/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report events of calls as a carrier (signed)
         * @description Called by your dialer with CARRIER=webhook. Events may be repeated, late and in any order: a call only moves forward, and a final state does not change. Each event is stored or rejected on its own. Send a batch again until the response is 200; `rejected` then lists the events that will never be stored.
         */
        post: operations["reportCarrierEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/test-call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call a number to try a skillbase
         * @description Places a call outside of any campaign. Suppressions and the limits of the company apply; calling windows do not.
         */
        post: operations["placeTestCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/livekit/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive a webhook from LiveKit (signed)
         * @description Set this URL as a webhook of your LiveKit project. Webhooks may be repeated, late or lost: calls are also looked up in LiveKit.
         */
        post: operations["receiveLivekitWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List calls, latest first unless sorted otherwise
         * @description Attempts of campaigns, test calls and inbound calls. Filters combine with AND; `start` and `end` are about `started_at`. With `q` or `contact_name`, or sorted by another value with filters, a page may have fewer items than `limit`, because a request searches for two seconds at most: follow `next_cursor` until it is null. Transcripts are found some seconds after the end of their calls: a loop of its own indexes them.
         */
        get: operations["listCalls"];
        put?: never;
        /**
         * Create a call that has started; a known external_call_id returns the existing call (200)
         * @description For calls that did not begin here, such as inbound calls of your telephone system. The agent then requests the brief and reports turns and the end. With an `external_call_id` that the company has already, the existing call is returned unchanged (200). Returns 422 `unknown_skillbase` or `unknown_campaign` for an id that does not exist in the company.
         */
        post: operations["createCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export calls as a CSV file, latest first
         * @description All calls that match the filters, without a maximum number of rows. Columns are those of a call. Numbers and times are written in the requested format.
         */
        get: operations["exportCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a call
         * @description Status, outcome, times, collected data and counts of one call. Costs, metrics and turns have operations of their own.
         */
        get: operations["getCall"];
        /**
         * Change a call (only the given fields change; objects are replaced)
         * @description Corrects what is known of a call: its outcome, data, language or room. The status may only move forward, to a status that is not final; a call is ended with POST /api/calls/{id}/complete. A corrected outcome also corrects the metrics and the contact. Values that cannot be stored are changed and reported in `warnings`.
         */
        put: operations["putCall"];
        post?: never;
        /**
         * Delete a call that has ended and is no attempt of a call task, with its turns and metrics
         * @description Removes the call from lists, metrics and costs for good. Returns 409 `call_live` while it is live, and `call_of_task` for an attempt of a campaign.
         */
        delete: operations["deleteCall"];
        options?: never;
        head?: never;
        /**
         * Change a call (only the given fields change; objects are merged, RFC 7396)
         * @description Corrects what is known of a call: its outcome, data, language or room. The status may only move forward, to a status that is not final; a call is ended with POST /api/calls/{id}/complete. A corrected outcome also corrects the metrics and the contact. Values that cannot be stored are changed and reported in `warnings`.
         */
        patch: operations["updateCall"];
        trace?: never;
    };
    "/api/calls/{id}/rate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rate a call, 1 to 5; a new rating replaces the old one
         * @description For people who listen to calls. The rating is part of the call, of exports and of events.
         */
        post: operations["rateCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/turns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add turns to a call; a turn that is sent again is stored once
         * @description Up to 1,000 turns, in any order. A turn is identified by its index: one that is sent again fills values that were missing and changes nothing else. An invalid turn is listed in `rejected` and does not fail the others. Turns are accepted before and after the end of the call.
         */
        post: operations["addCallTurns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a call and derive its metrics; sent again, it only fills missing values
         * @description The call becomes completed, failed or cancelled; that state never changes. Metrics are derived from its turns, costs are calculated, and the contact of a campaign is settled. Sent again it fills values that were missing. Without a status, the outcome decides it.
         */
        post: operations["completeCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add turns and completions of many calls; each item is accepted or rejected on its own
         * @description Up to 1,000 turns and 200 completions, for agents that report in batches. Items of unknown calls are rejected with their pointer.
         */
        post: operations["addTelemetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the transcript of a call
         * @description Texts in the order of the turns, without measurements.
         */
        get: operations["getCallTranscript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the turns of a call with their measurements, first turn first
         * @description Every measured value of each turn. Values that were not measured are null.
         */
        get: operations["listCallTurns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the metrics of a call
         * @description Returns 404 `call_metrics_not_found` until the call has ended, and for calls without any measurement.
         */
        get: operations["getCallMetrics"];
        /**
         * Set the metrics of a call whose agent reports no turns; values derived from turns replace them
         * @description Given values replace stored ones; absent ones stay. The metrics are created if there are none. Values that cannot be used are reported in `warnings`.
         */
        put: operations["putCallMetrics"];
        post?: never;
        /**
         * Delete the metrics of a call, but not its turns
         * @description The call no longer counts in metrics of latencies and usage. When it is completed again, its metrics are derived again from its turns.
         */
        delete: operations["deleteCallMetrics"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/call-metrics/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export metrics of calls as a CSV file, latest call first
         * @description One row per call that has metrics, without a maximum number of rows.
         */
        get: operations["exportCallMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/call-metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List metrics of calls, latest call first
         * @description Filters are about the calls and combine with AND.
         */
        get: operations["listCallMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the prices of the company and the shared prices, latest first
         * @description Filters combine with AND. `at` finds the prices that apply at that time.
         */
        get: operations["listPrices"];
        put?: never;
        /**
         * Add a price; the open-ended price for the same component, provider, model and unit ends when it starts
         * @description Applies to calls that start from `effective_from` on (default: now). A price of the company takes precedence over the shared one. Returns 409 `price_overlaps` or `price_unit_conflict` when another price of the company covers a part of the period, and 422 `unit_mismatch` for a unit that the component is not priced in.
         */
        post: operations["createPrice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a price
         * @description A price of the company, or a shared one of the platform.
         */
        get: operations["getPrice"];
        put?: never;
        post?: never;
        /**
         * Delete a price that does not apply yet
         * @description Returns 409 `price_in_force` for a price that applies or applied: set its `effective_to` instead. Shared prices get 409 `price_of_everybody`.
         */
        delete: operations["deletePrice"];
        options?: never;
        head?: never;
        /**
         * Change when a price ends, or its source
         * @description Amounts never change once a price has applied: end it and create another. Returns 409 `price_of_everybody` for a shared price, and 422 `empty_period` for an end before the start.
         */
        patch: operations["updatePrice"];
        trace?: never;
    };
    "/api/price-aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the aliases of provider and model names, latest first
         * @description Aliases of the company. Built-in names of common providers are not listed.
         */
        get: operations["listPriceAliases"];
        put?: never;
        /**
         * Add an alias: usage reported under one name is priced under another
         * @description Applies to calls that are priced from now on; earlier ones are priced again with POST /api/costs/rerate. Returns 409 `price_alias_exists` when the company has an alias for the same provider and model.
         */
        post: operations["createPriceAlias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/price-aliases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an alias
         * @description The reported names and the names in the price book.
         */
        get: operations["getPriceAlias"];
        put?: never;
        post?: never;
        /**
         * Delete an alias
         * @description Calls that were priced keep their costs.
         */
        delete: operations["deletePriceAlias"];
        options?: never;
        head?: never;
        /**
         * Change an alias
         * @description Applies to calls that are priced from now on. Returns 409 `price_alias_exists` when another alias has the same names.
         */
        patch: operations["updatePriceAlias"];
        trace?: never;
    };
    "/api/costs/estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Estimate the costs of a call from its usage, or from a skillbase's past calls
         * @description Prices the given usage, or the average usage of the latest calls of a skillbase, without storing anything. Components without a price are listed in `unpriced`. Returns 422 `nothing_to_estimate` without usage and skillbase, and `no_history` for a skillbase without measured calls.
         */
        post: operations["estimateCosts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/costs/rerate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Price the calls of a period again, or show what would change; a long rerate continues in the background (202)
         * @description With `dry_run` (the default) no cost is changed, and the result shows the sums before and after. Otherwise each call of the period is priced with the prices that applied when it started, and its former costs are kept under `superseded`. A short rerate is done in the response (200); a long one continues in the background (202), with its progress at GET /api/costs/rerates/{id}.
         */
        post: operations["rerateCosts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/costs/rerates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List rerates, latest first
         * @description Rerates of the company, including dry runs.
         */
        get: operations["listRerates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/costs/rerates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a rerate and its progress
         * @description While `status` is running, the figures cover the calls that were priced so far.
         */
        get: operations["getRerate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the costs of a call with their lines, and its costs before each rerate
         * @description Each line is a quantity that the call used, with the price that was found for it, or null where there is none. Costs are calculated when the call ends; a live call has none.
         */
        get: operations["getCallCosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List versions of a skillbase, newest first
         * @description Without their configs. Versions never change and are never deleted.
         */
        get: operations["listSkillbaseVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a version with its config
         * @description The config as it was stored. Returns 404 `skillbase_version_not_found` for a number that does not exist.
         */
        get: operations["getSkillbaseVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a version (the newest unless given): new campaigns and calls use it
         * @description Inbound calls and campaigns that start from now on use it. Campaigns that run keep their version. Returns 422 `unknown_version`, and 409 for a skillbase that is retired.
         */
        post: operations["publishSkillbase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/unpublish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unpublish a skillbase; running campaigns are not affected
         * @description New campaigns cannot start with it, and inbound calls get no brief from it. Nothing is deleted.
         */
        post: operations["unpublishSkillbase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore the config of an old version, as a new version
         * @description The old config becomes the next version. It is not published by this. Returns 422 `unknown_version`.
         */
        post: operations["restoreSkillbaseVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate a config; the response lists its errors and warnings
         * @description Returns 200 also for a config with errors: `valid` is false then. Nothing is stored. Use it while somebody edits.
         */
        post: operations["validateConfig"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate a config (the stored one unless given); the response lists its errors and warnings
         * @description Like POST /api/skillbases/validate, with the stored config when the body has none.
         */
        post: operations["validateSkillbase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List skillbases, newest first
         * @description Filters combine with AND. Each item has its newest config.
         */
        get: operations["listSkillbases"];
        put?: never;
        /**
         * Create a skillbase; its config is version 1
         * @description Stores the config as version 1, in its canonical form. It is not published: campaigns and inbound calls use it once POST /api/skillbases/{id}/publish was called. Returns 409 `slug_taken`, or 422 `invalid_config` with a pointer to each error.
         */
        post: operations["createSkillbase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a skillbase
         * @description With the newest config and the number of the published version.
         */
        get: operations["getSkillbase"];
        /**
         * Update a skillbase (only the given fields change; objects are replaced); a different config becomes a new version
         * @description Name, slug and description do not make a version. A config that differs from the newest one becomes the next version, which is not published. Running campaigns keep theirs. Returns 409 `slug_taken`, or 422 `invalid_config`.
         */
        put: operations["putSkillbase"];
        post?: never;
        /**
         * Delete a skillbase and its versions; not possible while campaigns or calls use it
         * @description Returns 409 `skillbase_in_use` while campaigns or calls refer to it: set `is_active` to false instead.
         */
        delete: operations["deleteSkillbase"];
        options?: never;
        head?: never;
        /**
         * Update a skillbase (only the given fields change; objects are merged, RFC 7396); a different config becomes a new version
         * @description Name, slug and description do not make a version. A config that differs from the newest one becomes the next version, which is not published. Running campaigns keep theirs. Returns 409 `slug_taken`, or 422 `invalid_config`.
         */
        patch: operations["updateSkillbase"];
        trace?: never;
    };
    "/api/skillbases/{id}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the current config
         * @description For editors that save only the config. `If-Match` with its ETag compares the config alone, not the name.
         */
        get: operations["getSkillbaseConfig"];
        /**
         * Replace the config (the body is the config); a different one becomes a new version
         * @description A config equal to the newest one changes nothing. Returns 422 `invalid_config` with a pointer to each error.
         */
        put: operations["putSkillbaseConfig"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics of the calls in a period, in total and per group
         * @description Counts, rates, durations, latencies with percentiles, usage and costs. The period is about `started_at`; without `start` and `end` it is the last 30 days. With `group_by` the same figures are returned for each value, or each pair of values, of the dimensions. Returns 422 `empty_period` or `period_too_long`.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/timeseries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics per hour, day, week or month, including empty buckets
         * @description The figures of GET /api/analytics/metrics for each bucket, by the calendar of `timezone`. Returns 422 `too_many_buckets` when the period has too many buckets of this size.
         */
        get: operations["getTimeseries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Key figures of a period compared with the period before it
         * @description For the head of a dashboard: each figure of the period, of the equally long period before, and the change.
         */
        get: operations["getMetricsOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Campaigns, newest first, with the metrics of their calls in a period
         * @description Campaigns whose calls match the filters, each with the figures of GET /api/analytics/metrics. The period is about the calls, not about the campaigns.
         */
        get: operations["listCampaignsWithMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cost and usage of calls by day, skillbase and campaign
         * @description Sums of the priced calls. Calls without a known total are counted as `unpriced_calls`, not as zero.
         */
        get: operations["getCostReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run up to ten named queries on one snapshot of the data
         * @description All queries read the same state of the data, so that their figures agree. One invalid query rejects the request; its pointer names the query. Changes nothing, so the scope `read` is sufficient.
         */
        post: operations["queryMetrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls of a period with their metrics, latest first
         * @description Each item is a call with its metrics side by side, for tables. Filters combine with AND; without `start` and `end` the period is the last 30 days.
         */
        get: operations["listCallsWithMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/calls/{id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A call with its metrics and the latencies of each turn
         * @description The call, its metrics and the measured latencies of each turn, without the texts; the transcript has an operation of its own.
         */
        get: operations["getCallDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/set-aside-calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changed calls that could not be added to the rollups or to the search of transcripts, with the reason
         * @description For operators: figures or searches, as `missing_in` names them, lack these calls until they can be added. Each is tried again at `retry_at` with growing pauses. Up to `limit` calls that figures lack, oldest first, then as many that searches lack.
         */
        get: operations["listSetAsideCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/recent-calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The latest calls with their metrics
         * @description The start page of a dashboard. Live calls are included; their metrics are null.
         */
        get: operations["listRecentCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare two versions of a skillbase
         * @description Success and answer rates with confidence intervals, latencies, interruptions and costs of the calls of both versions, and whether the rates differ by more than chance. Returns 422 `same_version`, or `unknown_version`.
         */
        get: operations["compareVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of today in a time zone, live calls and running campaigns
         * @description Counts, rates, latencies and costs of the current calendar day in `timezone`. Calls are counted within seconds after they change.
         */
        get: operations["getDashboardStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/active-campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Campaigns that are scheduled, running or paused, newest first
         * @description With their progress and the number of live calls. Not paged: a company has few of them.
         */
        get: operations["listActiveCampaigns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/analytics/latency-histogram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many turns had which latency
         * @description Counts of turns per range of milliseconds, for a chart of the distribution. Filters are those of GET /api/analytics/metrics.
         */
        get: operations["getLatencyHistogram"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/skillbases/{id}/prompt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview the prompt, greeting, flow and functions that an agent gets for a sample contact
         * @description Renders the texts of a version as the agent of a call would get them, with the name and data of a sample contact. Nothing is stored and nobody is called. Returns 404 for a version that does not exist.
         */
        get: operations["getSkillbasePrompt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/brief": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get everything an agent needs for a call; only the token differs between requests
         * @description The voice agent requests it when a call reaches it: prompt, greeting, flow, tools, models, voice, limits, and the URLs and token for its reports. The first request fixes the local time and the version; later ones return the same with a new token. Returns 409 `call_over` for a call that has ended, and `no_skillbase` for one that has none.
         */
        get: operations["getCallBrief"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events after a given event, oldest first. Events are stored for 7 days.
         * @description The same events as over WebSockets and webhooks, for clients that were disconnected. Continue with `after=<next_after>` while `has_more` is true. Returns 409 `events_forgotten` when the events after `after` were deleted: read the present state, and continue from `last_id`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a ticket that opens one WebSocket within 30 s, for use in browsers
         * @description Browsers cannot send the Authorization header with a WebSocket. Let your server request a ticket, and pass it to the browser, which connects with `?ticket=`. A ticket has the rights of the key that created it.
         */
        post: operations["createLiveTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks, newest first
         * @description Secrets are not shown. `failing_since` and `disabled_reason` show which webhooks need attention.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook. It receives events from now on; the secret is returned only in this response.
         * @description Requests are signed as Standard Webhooks describes. A company has up to 20 webhooks (409 `too_many_webhooks`). Returns 422 `invalid_url` unless the URL is https and its host has a public address.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook
         * @description Where events are sent, which ones, and whether it works. The secret is not shown.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook and its deliveries, including pending ones
         * @description Nothing more is sent to its URL, and its log of deliveries is gone.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Update a webhook. When it is enabled again, it continues with the event after the last one it processed.
         * @description Events between the disabling and the enabling are delivered, except those that were deleted after 7 days. Returns 422 `invalid_url` as creating does.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/api/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the secret. Requests are also signed with the old secret for 24 h.
         * @description The new secret is returned only in this response. Receivers have 24 hours to take it over.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook, newest first. They are stored for 30 days.
         * @description Filters combine with AND. `status=dead` lists what was given up after the retries of a day.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a delivery with its attempts: time, response status, error and duration
         * @description With the body that is sent, and each attempt.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/deliveries/{delivery_id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resend a finished delivery, with the same webhook-id
         * @description Starts a new series of attempts. Returns 409 `delivery_pending` while it is still being sent. The receiver recognizes a repetition by its `webhook-id`.
         */
        post: operations["resendDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resend up to 1,000 dead deliveries of a webhook, the oldest first. Repeat it while has_more is true.
         * @description Each key keeps its order. Nothing happens when there are none.
         */
        post: operations["resendDeadDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event and return the result. It is attempted once.
         * @description Sends an event of type `webhook.test` at once, also to a webhook that is disabled, and waits for the result. It is not retried.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "call.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `call.created`
         * @description A call was created. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCallCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "call.status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `call.status`
         * @description A live call moved to another status, such as from `ringing` to `active`. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCallStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "call.ended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `call.ended`
         * @description A call ended: it is `completed`, `failed` or `cancelled`. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCallEnded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "call.turns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `call.turns`
         * @description Turns of a call were stored or completed with more data. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCallTurns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "call.metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `call.metrics`
         * @description The metrics of a call were calculated, changed or deleted. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCallMetrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "call.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `call.updated`
         * @description Other fields of a call changed, such as its outcome or rating. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCallUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "call.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `call.deleted`
         * @description A call was deleted. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCallDeleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `task.retry`
         * @description An attempt ended, and the contact will be called again at `next_attempt_at`. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onTaskRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `task.completed`
         * @description An attempt reached the contact, and no further attempt is due. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onTaskCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `task.failed`
         * @description An attempt ended without reaching the contact, and no attempt is left. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onTaskFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.skipped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `task.skipped`
         * @description A contact is not called, because its number is suppressed. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onTaskSkipped"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `task.cancelled`
         * @description A user cancelled a contact, or its call was cancelled. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onTaskCancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `task.pending`
         * @description A user put a contact back into the queue. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onTaskPending"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "task.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `task.updated`
         * @description The outcome of a settled attempt was corrected, and with it the outcome of the contact; or something was reported that changes nothing yet: see `rule`. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onTaskUpdated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.created`
         * @description A campaign was created as a draft. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.cloned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.cloned`
         * @description A campaign was created as a copy of another one. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignCloned"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.edited": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.edited`
         * @description Settings of a campaign were changed. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignEdited"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.started`
         * @description A user started a campaign. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.scheduled`
         * @description A user started, resumed or restarted a campaign whose `start_time` is in the future. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignScheduled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.auto_started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.auto_started`
         * @description A scheduled campaign started, because its `start_time` was reached. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignAutoStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.paused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.paused`
         * @description A user paused a campaign. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignPaused"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.breaker_opened": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.breaker_opened`
         * @description The circuit breaker paused a campaign, because too many calls failed. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignBreakerOpened"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.resumed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.resumed`
         * @description A user resumed a paused or completed campaign, or a late report asked for another call in a completed one. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignResumed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.restarted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.restarted`
         * @description A user restarted contacts of a campaign; a campaign that had ended runs again. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignRestarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.tasks_added": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.tasks_added`
         * @description Contacts were added to a campaign. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignTasksAdded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.list_imported": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.list_imported`
         * @description A call list was imported into a campaign. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignListImported"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.import_reverted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.import_reverted`
         * @description A user reverted an import: its contacts that were not called yet are removed. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignImportReverted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.end_passed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.end_passed`
         * @description The `end_time` of a campaign passed, and the contacts that were waiting are skipped. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignEndPassed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.set_aside": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.set_aside`
         * @description A step of a campaign failed three times in a row; `operation`, `detail` and `retry_at` describe it. It is tried again with growing pauses, or at once after an edit. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignSetAside"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.completed`
         * @description A campaign is completed: no contact is left to call, or its `end_time` has passed. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.stopped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.stopped`
         * @description A user stopped a campaign. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignStopped"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "campaign.progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `campaign.progress`
         * @description The task counters of a campaign changed. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onCampaignProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "import.progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `import.progress`
         * @description An import read its file, or merged or removed more of its rows. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onImportProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "import.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `import.completed`
         * @description An import ended, and its rows are in the campaign; a dry run was only counted. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onImportCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "import.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `import.failed`
         * @description An import failed; see `error_code`. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onImportFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "import.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `import.cancelled`
         * @description A user cancelled an import, and the contacts that it had added and that were not called were removed. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onImportCancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "import.reverted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `import.reverted`
         * @description A completed import was reverted. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onImportReverted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `webhook.disabled`
         * @description A webhook was disabled: it failed for a day, or its receiver responded 410 Gone. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onWebhookDisabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * `webhook.test`
         * @description Sent by POST /api/webhooks/{id}/test. Respond with 2xx within 15 s; any other response is a failure, and the message is sent again.
         */
        post: operations["onWebhookTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @description An error (RFC 9457). */
        Problem: {
            /** @description Always `about:blank`: the status and `code` identify the error. */
            type: string;
            /** @description The text of the HTTP status. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong and what to do, for people. */
            detail: string;
            /** @description What is wrong, for programs. Codes are stable; texts may change. */
            code: string;
            /** @description Each invalid field, at most 100. */
            errors?: components["schemas"]["FieldError"][];
            /** @description Identifies the request in the logs of the service. */
            request_id: string;
        };
        Company: {
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Unique. Lower-case letters and digits, with single hyphens between them. */
            slug: string;
            /** @description Email address for contact. Null: none. */
            email: string | null;
            /** @description Phone number for contact, in any notation. Null: none. */
            phone: string | null;
            /** @description Settings of your own programs. The platform does not read them. */
            settings: {
                [key: string]: unknown;
            };
            limits: components["schemas"]["CompanyLimits"];
            /** @description false: the keys of the company are rejected with 403. */
            is_active: boolean;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        ApiKey: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description The first characters of the key, to recognize it. */
            prefix: string;
            /** @description What the key may be used for. */
            scopes: ("read" | "write" | "ingest" | "admin")[];
            /** @description When it stops being valid. Null: never. */
            expires_at: string | null;
            /** @description When a request last used the key, to within a minute or so. Null: never. It is not exact, because it is not written for each request. */
            last_used_at: string | null;
            /** @description When the key was revoked. Null: it is not revoked. */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
        };
        /** @description A new API key. It is shown only once. */
        ApiKeyWithSecret: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description The first characters of the key, to recognize it. */
            prefix: string;
            /** @description What the key may be used for. */
            scopes: ("read" | "write" | "ingest" | "admin")[];
            /** @description When it stops being valid. Null: never. */
            expires_at: string | null;
            /** @description When a request last used the key, to within a minute or so. Null: never. It is not exact, because it is not written for each request. */
            last_used_at: string | null;
            /** @description When the key was revoked. Null: it is not revoked. */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description The key itself. It is shown only in this response. */
            key: string;
        };
        /** @description Which contacts to call, with which skillbase, when, and how fast. */
        Campaign: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version: number | null;
            skillbase_version_pinned_at: string | null;
            /**
             * @description Which version a campaign without a skillbase_version runs. It applies until the campaign has started. `when_scheduled`: The version that is published when the start is requested, also if `start_time` is later. `when_started`: The version that is published when the campaign starts to run: at its `start_time`.
             * @enum {string}
             */
            version_pinning: "when_scheduled" | "when_started";
            /**
             * @description When the campaign is completed. `when_done`: The campaign is completed once no contact waits and none is being called. `never`: The campaign stays running with an empty queue, and calls contacts that are added later. Only its `end_time` or a stop ends it.
             * @enum {string}
             */
            completes: "when_done" | "never";
            /** @description Display name. */
            name: string;
            /** @description Free text for people. Null: none. */
            description: string | null;
            /**
             * @description `draft`: Not started yet; all settings can be changed. `scheduled`: Started, and waiting for its `start_time`. `running`: Contacts are called while their calling windows are open. `paused`: A user or the circuit breaker paused it: live calls continue, and no new calls are started. `completed`: No contact is left to call, or its `end_time` has passed. It accepts contacts, and can be resumed for them. `stopped`: A user ended it, and the contacts that were still waiting were cancelled.
             * @enum {string}
             */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            /** @description Why the campaign has its status, such as who paused it. Null: there is nothing to add. */
            status_reason: string | null;
            /** @description When the campaign starts to call, once it was started. Null: at once. */
            start_time: string | null;
            /** @description When the campaign ends: contacts that wait then are skipped. Null: when all contacts are done. */
            end_time: string | null;
            daily_start_time: string | null;
            daily_end_time: string | null;
            /** @description IANA time zone. */
            timezone: string;
            days_of_week: number[] | null;
            /** @description Dates without calls, in the zone of the campaign and in the zone of the contact. */
            blackout_dates: string[];
            contact_daily_start_time: string | null;
            contact_daily_end_time: string | null;
            /**
             * @description How a contact is called who may be in several time zones. `strictest`: The contact is called while the calling hours are open in all these time zones. `campaign`: The contact is called as if it were in the time zone of the campaign.
             * @enum {string}
             */
            unknown_zone: "strictest" | "campaign";
            /** @description Maximum number of live calls of the campaign at a time. */
            max_concurrent_calls: number;
            /** @description Maximum number of call attempts of the campaign in a minute. */
            calls_per_minute: number;
            max_attempts: number | null;
            /** @description Maximum number of retries of a contact per kind of outcome, unless retry_policy has another number. */
            max_retries: number;
            /** @description Minutes. */
            retry_delay_minutes: number;
            /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
            retry_policy: {
                [key: string]: components["schemas"]["OutcomeRetries"];
            };
            /** @description Share relative to other campaigns. */
            weight: number;
            caller_number: string | null;
            /** @description Seconds. */
            ring_timeout_sec: number;
            /** @description Seconds. */
            max_call_duration_sec: number;
            /** @description Call tasks of the campaign. */
            total_tasks: number;
            /** @description Call tasks whose contact was reached. */
            completed_tasks: number;
            /** @description Call tasks whose contact was not reached, and that have no attempt left. */
            failed_tasks: number;
            /** @description When it started. Null: it has not started. */
            started_at: string | null;
            /** @description When it ended. Null: it has not ended. */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
        CampaignWithWarnings: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version: number | null;
            skillbase_version_pinned_at: string | null;
            /**
             * @description Which version a campaign without a skillbase_version runs. It applies until the campaign has started. `when_scheduled`: The version that is published when the start is requested, also if `start_time` is later. `when_started`: The version that is published when the campaign starts to run: at its `start_time`.
             * @enum {string}
             */
            version_pinning: "when_scheduled" | "when_started";
            /**
             * @description When the campaign is completed. `when_done`: The campaign is completed once no contact waits and none is being called. `never`: The campaign stays running with an empty queue, and calls contacts that are added later. Only its `end_time` or a stop ends it.
             * @enum {string}
             */
            completes: "when_done" | "never";
            /** @description Display name. */
            name: string;
            /** @description Free text for people. Null: none. */
            description: string | null;
            /**
             * @description `draft`: Not started yet; all settings can be changed. `scheduled`: Started, and waiting for its `start_time`. `running`: Contacts are called while their calling windows are open. `paused`: A user or the circuit breaker paused it: live calls continue, and no new calls are started. `completed`: No contact is left to call, or its `end_time` has passed. It accepts contacts, and can be resumed for them. `stopped`: A user ended it, and the contacts that were still waiting were cancelled.
             * @enum {string}
             */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            /** @description Why the campaign has its status, such as who paused it. Null: there is nothing to add. */
            status_reason: string | null;
            /** @description When the campaign starts to call, once it was started. Null: at once. */
            start_time: string | null;
            /** @description When the campaign ends: contacts that wait then are skipped. Null: when all contacts are done. */
            end_time: string | null;
            daily_start_time: string | null;
            daily_end_time: string | null;
            /** @description IANA time zone. */
            timezone: string;
            days_of_week: number[] | null;
            /** @description Dates without calls, in the zone of the campaign and in the zone of the contact. */
            blackout_dates: string[];
            contact_daily_start_time: string | null;
            contact_daily_end_time: string | null;
            /**
             * @description How a contact is called who may be in several time zones. `strictest`: The contact is called while the calling hours are open in all these time zones. `campaign`: The contact is called as if it were in the time zone of the campaign.
             * @enum {string}
             */
            unknown_zone: "strictest" | "campaign";
            /** @description Maximum number of live calls of the campaign at a time. */
            max_concurrent_calls: number;
            /** @description Maximum number of call attempts of the campaign in a minute. */
            calls_per_minute: number;
            max_attempts: number | null;
            /** @description Maximum number of retries of a contact per kind of outcome, unless retry_policy has another number. */
            max_retries: number;
            /** @description Minutes. */
            retry_delay_minutes: number;
            /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
            retry_policy: {
                [key: string]: components["schemas"]["OutcomeRetries"];
            };
            /** @description Share relative to other campaigns. */
            weight: number;
            caller_number: string | null;
            /** @description Seconds. */
            ring_timeout_sec: number;
            /** @description Seconds. */
            max_call_duration_sec: number;
            /** @description Call tasks of the campaign. */
            total_tasks: number;
            /** @description Call tasks whose contact was reached. */
            completed_tasks: number;
            /** @description Call tasks whose contact was not reached, and that have no attempt left. */
            failed_tasks: number;
            /** @description When it started. Null: it has not started. */
            started_at: string | null;
            /** @description When it ended. Null: it has not ended. */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description What to know before the campaign calls anybody. It can be started all the same. */
            warnings: components["schemas"]["CampaignWarning"][];
        };
        /** @description Progress of a campaign, counted from its rows. */
        CampaignStats: {
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id: string;
            /** @description Call tasks of the campaign. */
            tasks: components["schemas"]["CampaignStatsTasks"];
            /** @description Counts of calls. */
            calls: components["schemas"]["CampaignStatsCalls"];
            /** @description Attempts counted against the limits of retries, over all tasks. */
            attempts: number;
            /** @description done / total; 0 without tasks. */
            progress: number;
            /** @description Calls that started in the last 60 s. */
            calls_last_minute: number;
            expected_end_at: string | null;
        };
        /** @description An entry in the log of a campaign. */
        CampaignEvent: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id: string;
            /** @description Number of the entry, ascending. */
            seq: number;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description What happened. */
            event: string;
            /** @description The explanation, for people. */
            detail: string;
            /** @description Details, by the kind of the event. */
            data: {
                [key: string]: unknown;
            };
        };
        /** @description When a campaign may dial. */
        Schedule: {
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id: string;
            /** @description IANA time zone. */
            timezone: string;
            /** @description Whether calls may be made now. */
            is_open: boolean;
            /** @description When the hours of the campaign itself are open, on its own clock; each end is exclusive. */
            openings: components["schemas"]["CallingWindow"][];
            /** @description The 100 zones with the most waiting contacts, in descending order. */
            zones: components["schemas"]["ScheduleZone"][];
            /** @description What to know before the campaign calls anybody. It can be started all the same. */
            warnings: components["schemas"]["CampaignWarning"][];
        };
        /** @description Why a campaign cannot dial now. */
        Diagnostics: {
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id: string;
            /** @description Whether at least one contact can be dialed now. */
            can_dial: boolean;
            /** @description Contacts that wait for an attempt. */
            waiting: number;
            /** @description Contacts that are being called. */
            in_progress: number;
            /** @description Concurrent calls of the campaign. */
            slots: components["schemas"]["DiagnosticsSlots"];
            /** @description Waiting contacts that can be dialed now. */
            dialable: number;
            /** @description The deciding reason first. */
            reasons: components["schemas"]["DiagnosticsReason"][];
            timezone_data: components["schemas"]["TimezoneData"];
        };
        /** @description A contact of a campaign. */
        CallTask: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id: string;
            /** @description The number that is called, E.164. */
            phone_number: string;
            phone_extension: string | null;
            /** @description Other numbers of the contact, in their order. The next one is called when a number does not exist. */
            further_numbers: components["schemas"]["FurtherNumber"][];
            /** @description Name of the contact, for variables of the prompt. Null: not known. */
            contact_name: string | null;
            /** @description Data of the contact, for variables of the prompt. */
            contact_data: {
                [key: string]: unknown;
            };
            timezone: string | null;
            dial_timezone: string | null;
            timezone_source: ("given" | "number" | "country" | "campaign") | null;
            /**
             * @description `pending`: Waiting for the first attempt, or for the first one after a restart. `in_progress`: An attempt is being made, or has ended and its result is being processed. One that a user cancels is hung up, and becomes `cancelled` when its call is over. `completed`: The contact was reached, and no further attempt is due. `retry`: An attempt ended, and the next one is due at `next_attempt_at`. `failed`: The contact was not reached, and no attempt is left. `cancelled`: A user cancelled the contact or stopped the campaign, or the call was cancelled. `skipped`: Not called, because the number is suppressed or the campaign ended first.
             * @enum {string}
             */
            status: "pending" | "in_progress" | "completed" | "retry" | "failed" | "cancelled" | "skipped";
            /** @description Number of attempts so far. */
            attempt_count: number;
            /** @description When the latest attempt started. Null: there was none. */
            last_attempt_at: string | null;
            /** @description When the next attempt is due. Null: at once for a waiting contact, else none is due. */
            next_attempt_at: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            /** @description Why it failed, for people. Null: it did not. */
            error_message: string | null;
            /** @description Contacts with a higher priority are dialed first. */
            priority: number;
            /** @description Attempts per outcome since the task was added or returned to the queue. Retry limits use them. */
            outcome_counts: {
                [key: string]: number;
            };
            import_id: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description priority; 2000 after the outcome callback, so that callbacks are dialed first. */
            dial_priority: number;
            /**
             * Format: date-time
             * @description next_attempt_at, or created_at when that is null.
             */
            due_at: string;
        };
        /** @description How many contacts were added, and why others were not. */
        TasksAdded: {
            /** @description Number of new items. */
            created: number;
            /** @description Numbers that the campaign already has, or that repeat a number of the request. */
            skipped: number;
            /** @description Suppressed numbers. */
            suppressed: number;
            /** @description Items that were not stored, and why. */
            rejected: components["schemas"]["RejectedCallTask"][];
        };
        /** @description Attempts and decisions, oldest first. */
        TaskHistory: {
            /**
             * Format: uuid
             * @description The call task. Null: none.
             */
            call_task_id: string;
            /** @description The items, in the order of the list. */
            items: components["schemas"]["TaskHistoryItem"][];
        };
        /** @description The import of a file, and the results of its rows so far. */
        Uploaded: {
            /**
             * Format: uuid
             * @description The import of the uploaded file.
             */
            import_id: string;
            /**
             * @description `receiving`: The file is being uploaded and read. `waiting`: The file was read, and its rows wait to be merged into the campaign. `merging`: Rows are being merged into the campaign. `completed`: All rows are merged; of a dry run, all rows are counted. `failed`: The file could not be read, or the campaign ended; see `error_message`. `cancelled`: A user cancelled it, and the contacts that it had added and that were not called were removed. `reverting`: The contacts that it added and that were not called yet are being removed. `reverted`: It was reverted after it had completed: its contacts that were not called yet are removed.
             * @enum {string}
             */
            status: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
            /** @description Nothing was changed; the figures are what would happen. */
            is_dry_run: boolean;
            /** @description Rows below the header. */
            total: number;
            /** @description Contacts added. Of a suppression list: rows with a number that was not suppressed before. */
            created: number;
            /** @description With on_duplicate = update: contacts that the campaign already had. Of a suppression list: rows whose numbers are suppressed for longer now. */
            updated: number;
            /** @description With on_duplicate = skip: rows whose number the campaign already had, or another row of the file has. Of a suppression list: rows whose numbers were suppressed already. */
            skipped: number;
            /** @description Rows whose number is suppressed. */
            suppressed: number;
            /** @description Invalid rows; with on_duplicate = reject also duplicates, and with update those that would make contact_data too large. */
            rejected: number;
            /** @description The first 100 rejected rows. */
            errors: components["schemas"]["RowError"][];
            /** @description Number of rejected rows per code. */
            refusals: {
                [key: string]: number;
            };
            /** @description How the file was read. */
            reading: {
                [key: string]: unknown;
            };
            /** @description The first 20 rows as they were read, and up to three more for each way in which a number was read (phone_notes); fewer when they have more than 256 kB. */
            preview: {
                [key: string]: unknown;
            }[];
            same_file_import_id: string | null;
        };
        /** @description How many rows were imported, and why others were not. */
        SuppressionsImported: {
            /**
             * Format: uuid
             * @description The import of a file: GET /api/imports/{id} shows its progress and all its rejected rows.
             */
            import_id?: string;
            /**
             * @description `receiving`: The file is being uploaded and read. `waiting`: The file was read, and its rows wait to be merged into the campaign. `merging`: Rows are being merged into the campaign. `completed`: All rows are merged; of a dry run, all rows are counted. `failed`: The file could not be read, or the campaign ended; see `error_message`. `cancelled`: A user cancelled it, and the contacts that it had added and that were not called were removed. `reverting`: The contacts that it added and that were not called yet are being removed. `reverted`: It was reverted after it had completed: its contacts that were not called yet are removed.
             * @enum {string}
             */
            status: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
            /** @description Nothing was changed; the figures are what would happen. */
            is_dry_run: boolean;
            /** @description Rows of the list. */
            total: number;
            /** @description Rows with a number that was not suppressed before. */
            created: number;
            /** @description Rows whose number was suppressed, and now is for longer. */
            extended: number;
            /** @description Rows whose numbers were suppressed at least as long, or are in an earlier row. */
            unchanged: number;
            /** @description Rows that are invalid. */
            rejected_total: number;
            /** @description All rejected rows of a JSON body, or the first 1,000 of a file. */
            rejected: components["schemas"]["RejectedSuppression"][];
            /** @description Number of rejected rows per code. */
            refusals: {
                [key: string]: number;
            };
            /** @description How a file was read. */
            reading?: {
                [key: string]: unknown;
            };
            /** @description The first 20 rows as they were read, and up to three more for each way in which a number was read (phone_notes); fewer when they have more than 256 kB. */
            preview?: {
                [key: string]: unknown;
            }[];
        };
        /** @description An upload of a call list for a campaign, or of a suppression list, with the results of its rows. */
        Import: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            campaign_id: string | null;
            /**
             * @description `receiving`: The file is being uploaded and read. `waiting`: The file was read, and its rows wait to be merged into the campaign. `merging`: Rows are being merged into the campaign. `completed`: All rows are merged; of a dry run, all rows are counted. `failed`: The file could not be read, or the campaign ended; see `error_message`. `cancelled`: A user cancelled it, and the contacts that it had added and that were not called were removed. `reverting`: The contacts that it added and that were not called yet are being removed. `reverted`: It was reverted after it had completed: its contacts that were not called yet are removed.
             * @enum {string}
             */
            status: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
            /** @description The campaign was not changed. The counts are what the import would do. */
            is_dry_run: boolean;
            /**
             * @description What happens to a row whose number the campaign already has.
             * @enum {string}
             */
            on_duplicate: "skip" | "update" | "reject";
            /** @description Name of the file, as the client sent it. Null: none. */
            file_name: string | null;
            /** @description Size of the file in bytes. */
            file_bytes: number;
            file_sha256: string | null;
            key_id: string | null;
            /** @description How the file was read: format, encoding, delimiter, heading, columns, country and what was inferred of numbers. */
            reading: {
                [key: string]: unknown;
            };
            /** @description The first 20 rows as they were read, and up to three more for each way in which a number was read (phone_notes); fewer when they have more than 256 kB. */
            preview: {
                [key: string]: unknown;
            }[];
            /** @description Number of rejected rows per code. */
            refusals: {
                [key: string]: number;
            };
            /** @description Rows below the header. */
            total: number;
            /** @description Contacts added. Of a suppression list: rows with a number that was not suppressed before. */
            created: number;
            /** @description With on_duplicate = update: contacts that the campaign already had. Of a suppression list: rows whose numbers are suppressed for longer now. */
            updated: number;
            /** @description With on_duplicate = skip: rows whose number the campaign already had, or another row of the file has. Of a suppression list: rows whose numbers were suppressed already. */
            skipped: number;
            /** @description Rows whose number is suppressed. */
            suppressed: number;
            /** @description Invalid rows; with on_duplicate = reject also duplicates, and with update those that would make contact_data too large. */
            rejected: number;
            /** @description Contacts deleted again, because the import was cancelled or reverted. */
            reverted: number;
            /** @description The line of the file up to which rows are merged. */
            line: number;
            error_code: string | null;
            /** @description Why it failed, for people. Null: it did not. */
            error_message: string | null;
            /** @description Attempts of the workers to continue the import that failed since the last one that succeeded. */
            failed_attempts: number;
            last_error: string | null;
            next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description When work on the import was last reported. An import without such a report is taken over.
             */
            alive_at: string;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description When it was finished. Null: it is not finished. */
            finished_at: string | null;
        };
        /** @description A row that was rejected, with its original cells, at most 1,000. */
        RejectedRow: {
            /** @description Line of the file, starting at 1. */
            line: number;
            /** @description The reason, for programs. */
            code: string;
            /** @description The explanation, for people. */
            detail: string | null;
            /** @description The cells of the row, as they are in the file. */
            cells: unknown[];
        };
        /** @description A phone number that no campaign of the company calls. */
        Suppression: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description E.164. */
            phone_number: string;
            /**
             * @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given.
             * @enum {string}
             */
            reason: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
            /**
             * @description Where the suppression comes from. `api`: A user added the number through the API. `import`: The number was in an imported suppression list. `call`: A call ended with an opt-out, or was blocked.
             * @enum {string}
             */
            source: "api" | "import" | "call";
            /** @description Free text for people, such as who asked for it. Null: none. */
            note: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The suppression ends at this time. Null: it does not expire. */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description Which events were stored, and which were rejected and why. */
        CarrierEventsResult: {
            /** @description Number of known calls among the events. Events of unknown calls are ignored. */
            taken: number;
            /** @description Events that were not stored, and will not be when they are sent again as they are. */
            rejected: components["schemas"]["RejectedItem"][];
            /** @description Fields of stored events that could not be used as they are. */
            warnings: components["schemas"]["ItemWarning"][];
        };
        /** @description One attempt to reach a contact, one test call, or one inbound call. */
        Call: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description The skillbase. Null: none. */
            skillbase_id: string | null;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version: number | null;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            external_call_id: string | null;
            /** @description The LiveKit room of the call. Null: none. */
            livekit_room_id: string | null;
            /**
             * @description Whether the platform calls, or is called.
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            caller_number: string | null;
            callee_number: string | null;
            /**
             * @description `queued`: Waiting for a worker to dial it. `dialing`: The carrier is placing the call. `ringing`: The callee's phone is ringing. `active`: The call was answered and has not ended. `completed`: The call ended after it was answered. `failed`: The call ended without a conversation, or the carrier or the voice agent failed. `cancelled`: The call was cancelled before its regular end, or was never placed.
             * @enum {string}
             */
            status: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            /** @description True when no outcome was reported: `outcome` was derived from how the call went, and `outcome_reason` of its metrics, if it has any, is the reason. */
            is_outcome_classified: boolean;
            /** @description True when the carrier reported `outcome`. A report of the agent replaces it. */
            is_outcome_from_carrier: boolean;
            /** @description Result of the call, in the form that your agent chose. */
            outcome_data: {
                [key: string]: unknown;
            } | null;
            /** @description What the conversation found out, such as a date that was agreed on. */
            collected_data: {
                [key: string]: unknown;
            } | null;
            extra_data: {
                [key: string]: unknown;
            } | null;
            ended_reason: string | null;
            /** @description False: the call ended without having been dialed, for example because its campaign was paused. Of the counts and rates of calls only `calls.not_dialed` includes it. */
            is_dialed: boolean;
            /** @description A person or a machine answered. True also when only the outcome or the turns show it, and `answered_at` is not known. */
            is_answered: boolean;
            ring_sec: number | null;
            duration_sec: number | null;
            /** @description Turns of both sides. */
            turn_count: number;
            /** @description States of the conversation flow, in the order in which they were entered. */
            states_visited: string[];
            language: string | null;
            /** @description Rating of the conversation by a person, from 1 (bad) to 5 (good). Null: not rated. */
            rating: number | null;
            /**
             * Format: date-time
             * @description When it started. Null: it has not started.
             */
            started_at: string;
            /** @description When the carrier was asked to place the call. Null: it was not dialed, or the call is inbound. */
            dialed_at: string | null;
            /** @description When the call was answered. Null: it was not, or the time is not known. */
            answered_at: string | null;
            /** @description When it ended. Null: it has not ended. */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description The events are stored. */
        EventsTaken: {
            /** @description Number of known calls among the events. Events of unknown calls are ignored. */
            taken: number;
        };
        /** @description A call after a change, and warnings about the change. */
        CallWithWarnings: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description The skillbase. Null: none. */
            skillbase_id: string | null;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version: number | null;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            external_call_id: string | null;
            /** @description The LiveKit room of the call. Null: none. */
            livekit_room_id: string | null;
            /**
             * @description Whether the platform calls, or is called.
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            caller_number: string | null;
            callee_number: string | null;
            /**
             * @description `queued`: Waiting for a worker to dial it. `dialing`: The carrier is placing the call. `ringing`: The callee's phone is ringing. `active`: The call was answered and has not ended. `completed`: The call ended after it was answered. `failed`: The call ended without a conversation, or the carrier or the voice agent failed. `cancelled`: The call was cancelled before its regular end, or was never placed.
             * @enum {string}
             */
            status: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            /** @description True when no outcome was reported: `outcome` was derived from how the call went, and `outcome_reason` of its metrics, if it has any, is the reason. */
            is_outcome_classified: boolean;
            /** @description True when the carrier reported `outcome`. A report of the agent replaces it. */
            is_outcome_from_carrier: boolean;
            /** @description Result of the call, in the form that your agent chose. */
            outcome_data: {
                [key: string]: unknown;
            } | null;
            /** @description What the conversation found out, such as a date that was agreed on. */
            collected_data: {
                [key: string]: unknown;
            } | null;
            extra_data: {
                [key: string]: unknown;
            } | null;
            ended_reason: string | null;
            /** @description False: the call ended without having been dialed, for example because its campaign was paused. Of the counts and rates of calls only `calls.not_dialed` includes it. */
            is_dialed: boolean;
            /** @description A person or a machine answered. True also when only the outcome or the turns show it, and `answered_at` is not known. */
            is_answered: boolean;
            ring_sec: number | null;
            duration_sec: number | null;
            /** @description Turns of both sides. */
            turn_count: number;
            /** @description States of the conversation flow, in the order in which they were entered. */
            states_visited: string[];
            language: string | null;
            /** @description Rating of the conversation by a person, from 1 (bad) to 5 (good). Null: not rated. */
            rating: number | null;
            /**
             * Format: date-time
             * @description When it started. Null: it has not started.
             */
            started_at: string;
            /** @description When the carrier was asked to place the call. Null: it was not dialed, or the call is inbound. */
            dialed_at: string | null;
            /** @description When the call was answered. Null: it was not, or the time is not known. */
            answered_at: string | null;
            /** @description When it ended. Null: it has not ended. */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description Fields that could not be used as they were sent. The rest is stored. */
            warnings: components["schemas"]["ReportWarning"][];
        };
        /** @description How many items were stored, and which were rejected and why. */
        IngestResult: {
            /** @description Items that were stored, or that filled missing values. */
            accepted: number;
            /** @description Items that were already stored and added nothing. */
            duplicates: number;
            /** @description Items that were not stored, and why. */
            rejected: components["schemas"]["RejectedItem"][];
            /** @description Fields of stored items that could not be used as they are: each is stored as null, or changed as its `code` states, and the rest is kept. */
            warnings: components["schemas"]["ItemWarning"][];
        };
        TelemetryResult: {
            turns: components["schemas"]["IngestResult"];
            completions: components["schemas"]["IngestResult"];
        };
        /** @description Metrics of one call. null means not measured, which is not the same as zero. */
        CallMetrics: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            ttfb_stt_avg: number | null;
            ttfb_stt_min: number | null;
            ttfb_stt_max: number | null;
            latency_llm_avg: number | null;
            latency_llm_min: number | null;
            latency_llm_max: number | null;
            ttfb_tts_avg: number | null;
            ttfb_tts_min: number | null;
            ttfb_tts_max: number | null;
            eou_latency_avg: number | null;
            eou_latency_min: number | null;
            eou_latency_max: number | null;
            e2e_latency_avg: number | null;
            e2e_latency_min: number | null;
            e2e_latency_max: number | null;
            stt_duration_sec: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens: number | null;
            /** @description Characters that were synthesized. */
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            /** @description Cache write tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cache_write_tokens: number | null;
            /** @description One-hour cache write tokens of the language model. They are part of `llm_cache_write_tokens`. */
            llm_cache_write_1h_tokens: number | null;
            /** @description Audio input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_audio_input_tokens: number | null;
            /** @description Cached audio input tokens of the language model. They are part of `llm_audio_input_tokens`. */
            llm_cached_audio_input_tokens: number | null;
            /** @description Image input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_image_input_tokens: number | null;
            /** @description Cached image input tokens of the language model. They are part of `llm_image_input_tokens`. */
            llm_cached_image_input_tokens: number | null;
            /** @description Audio output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_audio_output_tokens: number | null;
            /** @description Image output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            /** @description Turns of the agent that the user interrupted. Null: not measured. */
            interruption_count: number | null;
            interruption_rate: number | null;
            overlap_count: number | null;
            sentiment_score: number | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            outcome_confidence: number | null;
            /** @description Why the agent chose the outcome. Null: not reported. */
            outcome_reason: string | null;
            interruptions_per_turn: number | null;
            cost_stt: string | null;
            cost_llm: string | null;
            cost_tts: string | null;
            cost_livekit: string | null;
            cost_total: string | null;
            cost_reported: {
                [key: string]: string;
            } | null;
            providers: components["schemas"]["Providers"] | null;
            /** @description Turns of both sides. */
            turn_count: number;
            /** @description Turns of the user. */
            user_turn_count: number;
            /** @description Turns of the agent. */
            bot_turn_count: number;
            /** @description True when latencies and turn counts were derived from the turns of the call. */
            is_derived: boolean;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        CompletedCall: {
            call: components["schemas"]["Call"];
            metrics: components["schemas"]["CallMetrics"] | null;
            /** @description Fields that could not be used as they were sent. The rest is stored. */
            warnings: components["schemas"]["ReportWarning"][];
        };
        /** @description One utterance of one side, with what was measured. */
        Turn: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
            turn_index: number;
            /**
             * @description Who spoke.
             * @enum {string}
             */
            role: "user" | "assistant" | "system";
            /** @description What was said. Null: not recorded. */
            content: string | null;
            /** @description State of the conversation flow in which the turn was spoken. Null: not reported. */
            state_id: string | null;
            ttfb_stt: number | null;
            latency_stt: number | null;
            latency_llm: number | null;
            ttfb_tts: number | null;
            latency_tts: number | null;
            eou_latency: number | null;
            e2e_latency: number | null;
            /** @description `e2e_latency` was not reported: it is eou_latency + latency_llm + ttfb_tts. A generation that starts before the utterance has ended makes this sum too long. */
            is_e2e_computed: boolean;
            overlap_ms: number | null;
            stt_duration_sec: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens: number | null;
            /** @description Characters that were synthesized. */
            tts_characters: number | null;
            /** @description Cache write tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cache_write_tokens: number | null;
            /** @description One-hour cache write tokens of the language model. They are part of `llm_cache_write_tokens`. */
            llm_cache_write_1h_tokens: number | null;
            /** @description Audio input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_audio_input_tokens: number | null;
            /** @description Cached audio input tokens of the language model. They are part of `llm_audio_input_tokens`. */
            llm_cached_audio_input_tokens: number | null;
            /** @description Image input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_image_input_tokens: number | null;
            /** @description Cached image input tokens of the language model. They are part of `llm_image_input_tokens`. */
            llm_cached_image_input_tokens: number | null;
            /** @description Audio output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_audio_output_tokens: number | null;
            /** @description Image output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            /** @description The other side began to speak before the turn was over. Null: not known. */
            was_interrupted: boolean | null;
            is_filler: boolean | null;
            sentiment: number | null;
            /** @description Further measurements of the agent. Null: none. */
            extra_data: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
        };
        Transcript: {
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            /** @description Language of the conversation, BCP 47. Null: not known. */
            language: string | null;
            /** @description Turns of both sides. */
            turns: components["schemas"]["TranscriptTurn"][];
        };
        /** @description The metrics of a call after they were set, and warnings about what was set. */
        CallMetricsWithWarnings: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            ttfb_stt_avg: number | null;
            ttfb_stt_min: number | null;
            ttfb_stt_max: number | null;
            latency_llm_avg: number | null;
            latency_llm_min: number | null;
            latency_llm_max: number | null;
            ttfb_tts_avg: number | null;
            ttfb_tts_min: number | null;
            ttfb_tts_max: number | null;
            eou_latency_avg: number | null;
            eou_latency_min: number | null;
            eou_latency_max: number | null;
            e2e_latency_avg: number | null;
            e2e_latency_min: number | null;
            e2e_latency_max: number | null;
            stt_duration_sec: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens: number | null;
            /** @description Characters that were synthesized. */
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            /** @description Cache write tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cache_write_tokens: number | null;
            /** @description One-hour cache write tokens of the language model. They are part of `llm_cache_write_tokens`. */
            llm_cache_write_1h_tokens: number | null;
            /** @description Audio input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_audio_input_tokens: number | null;
            /** @description Cached audio input tokens of the language model. They are part of `llm_audio_input_tokens`. */
            llm_cached_audio_input_tokens: number | null;
            /** @description Image input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_image_input_tokens: number | null;
            /** @description Cached image input tokens of the language model. They are part of `llm_image_input_tokens`. */
            llm_cached_image_input_tokens: number | null;
            /** @description Audio output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_audio_output_tokens: number | null;
            /** @description Image output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            /** @description Turns of the agent that the user interrupted. Null: not measured. */
            interruption_count: number | null;
            interruption_rate: number | null;
            overlap_count: number | null;
            sentiment_score: number | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            outcome_confidence: number | null;
            /** @description Why the agent chose the outcome. Null: not reported. */
            outcome_reason: string | null;
            interruptions_per_turn: number | null;
            cost_stt: string | null;
            cost_llm: string | null;
            cost_tts: string | null;
            cost_livekit: string | null;
            cost_total: string | null;
            cost_reported: {
                [key: string]: string;
            } | null;
            providers: components["schemas"]["Providers"] | null;
            /** @description Turns of both sides. */
            turn_count: number;
            /** @description Turns of the user. */
            user_turn_count: number;
            /** @description Turns of the agent. */
            bot_turn_count: number;
            /** @description True when latencies and turn counts were derived from the turns of the call. */
            is_derived: boolean;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description Fields that could not be used as they were sent. The rest is stored. */
            warnings: components["schemas"]["ReportWarning"][];
        };
        /** @description USD per unit from effective_from until effective_to. The billed quantity is `minimum`, and then whole multiples of `increment` for the rest (both in seconds, tokens or characters). Shared prices of the platform have the nil company id. */
        Price: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /**
             * @description What the usage or the price is of.
             * @enum {string}
             */
            component: "stt" | "llm" | "tts" | "livekit";
            /** @description Lower-case letters, digits, "_", "." and "-", starting with a letter or a digit. */
            provider: string;
            /** @description Empty: the price of every model of the provider that has no price of its own. */
            model: string;
            /**
             * @description The unit that `price` is for.
             * @enum {string}
             */
            unit: "second" | "minute" | "million_characters" | "million_input_tokens" | "million_cached_input_tokens" | "million_cache_write_tokens" | "million_cache_write_1h_tokens" | "million_audio_input_tokens" | "million_cached_audio_input_tokens" | "million_image_input_tokens" | "million_cached_image_input_tokens" | "million_output_tokens" | "million_audio_output_tokens" | "million_image_output_tokens" | "call";
            /** @description An exact decimal. */
            price: string;
            /** @description An exact decimal. */
            minimum: string;
            /** @description An exact decimal. */
            increment: string;
            /**
             * Format: date-time
             * @description The price applies to calls that start at this time or later.
             */
            effective_from: string;
            /** @description The price applies to calls that start before this time. Null: without end. */
            effective_to: string | null;
            /** @description Where the price comes from, such as a price list. Null: not given. */
            source: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A name under which agents report a provider or a model, and the names under which the price book has its price. Provider and model are stored in lower case. */
        PriceAlias: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description As agents report it, in any case: a name, a host or a URL. */
            provider: string;
            /** @description As agents report it, in any case. Empty: every model of the provider. */
            model: string;
            /** @description Lower-case letters, digits, "_", "." and "-", starting with a letter or a digit. */
            price_provider: string;
            /** @description The model in the price book. Empty: the reported model. */
            price_model: string;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description USD by component and in total. An absent amount is not known, which is not the same as zero. */
        CostAmounts: {
            /** @description USD as an exact decimal string. */
            stt?: string;
            /** @description USD as an exact decimal string. */
            llm?: string;
            /** @description USD as an exact decimal string. */
            tts?: string;
            /** @description USD as an exact decimal string. */
            livekit?: string;
            /** @description USD as an exact decimal string. */
            total?: string;
        };
        /** @description A quantity that a call used, and what it cost. */
        CostLine: {
            /**
             * @description What the usage or the price is of.
             * @enum {string}
             */
            component: "stt" | "llm" | "tts" | "livekit";
            /** @description The provider. Null: not known. */
            provider: string | null;
            /** @description The model of the provider. Absent or empty: any model. */
            model: string;
            /**
             * @description The unit that `price` is for.
             * @enum {string}
             */
            unit: "second" | "minute" | "million_characters" | "million_input_tokens" | "million_cached_input_tokens" | "million_cache_write_tokens" | "million_cache_write_1h_tokens" | "million_audio_input_tokens" | "million_cached_audio_input_tokens" | "million_image_input_tokens" | "million_cached_image_input_tokens" | "million_output_tokens" | "million_audio_output_tokens" | "million_image_output_tokens" | "call";
            /** @description Measured seconds, tokens or characters. */
            quantity: string;
            /** @description The quantity after minimum and increment. */
            billed_quantity: string;
            /** @description USD per unit, an exact decimal. Null: there is no price. */
            unit_price: string | null;
            /** @description The price of the price book. Null: there is no price. */
            price_id: string | null;
            via_alias: components["schemas"]["PriceNames"] | null;
            amount: string | null;
        };
        /** @description The costs of a call. `counted` are the costs that metrics use: reported amounts where there are any, else the sums of the lines. A call without usage has no lines. `superseded` are its costs before each rerate. */
        CallCosts: {
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            counted: components["schemas"]["CostAmounts"];
            reported: components["schemas"]["CostAmounts"];
            /** @description What each used quantity cost. */
            lines: components["schemas"]["CostLine"][];
            /** @description The costs before each rerate, newest first. */
            superseded: components["schemas"]["SupersededCosts"][];
        };
        CostEstimate: {
            per_call: components["schemas"]["CostAmounts"];
            per_minute: components["schemas"]["CostAmounts"] | null;
            /** @description What each used quantity cost. */
            lines: components["schemas"]["CostLine"][];
            /** @description Components that are used and have no price. There is no total then. */
            unpriced: ("stt" | "llm" | "tts" | "livekit")[];
            /** @description The usage. */
            usage: {
                [key: string]: (number | string) | null;
            };
            /** @description Length of the call in minutes. Null: not known. */
            minutes: number | null;
            n: number | null;
        };
        /** @description A rerate: the calls of a period are priced again. While it is running, the figures cover the calls priced so far. */
        Rerate: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description Nothing was changed; the figures are what would happen. */
            is_dry_run: boolean;
            /**
             * @description Whether it is running, completed or failed.
             * @enum {string}
             */
            status: "running" | "completed" | "failed";
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /** @description The skillbase. Null: none. */
            skillbase_id: string | null;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description Calls that were priced. */
            calls: number;
            /** @description Calls whose cost changes. */
            changed_calls: number;
            /** @description Calls without a known total before. */
            unpriced_before: number;
            /** @description Calls without a known total after. */
            unpriced_after: number;
            before: components["schemas"]["CostAmounts"];
            after: components["schemas"]["CostAmounts"];
            /** @description When it was finished. Null: it is not finished. */
            finished_at: string | null;
            error: string | null;
            /** @description Failed attempts in a row. */
            failures: number;
            /** @description When it is tried again. Null: it is not waiting for another attempt. */
            retry_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
        };
        /** @description Sends an HTTP request, for example to a calendar or a CRM. */
        HttpTool: {
            /**
             * @description Sends an HTTP request. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "http";
            /** @description Name of the function, unique in the config, ignoring case. Letters, digits, "_" and "-", starting with a letter or "_". */
            name: string;
            /** @description What the tool does and when to use it. The model chooses tools by it. */
            description?: string;
            /**
             * @description false: the tool stays in the config but the model does not see it.
             * @default true
             */
            enabled: boolean;
            /** @description URL of the request, http or https, without braces. It must not contain a user, password or key: use headers for these. */
            url: string;
            /**
             * @description For GET and DELETE the arguments are the query, otherwise the JSON body.
             * @default POST
             * @enum {string}
             */
            method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
            /** @description Headers by name. Each value refers to a secret. Default: `{}`. */
            headers?: {
                [key: string]: components["schemas"]["HttpToolHeader"];
            };
            parameters?: components["schemas"]["HttpToolParameters"];
            /**
             * @description Timeout of the request, ms. The other party waits on the phone during the request.
             * @default 5000
             */
            timeout_ms: number;
        };
        /** @description Hands the call over to a person. */
        HandoffTool: {
            /**
             * @description Hands the call over to a person. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "handoff";
            /** @description Name of the function, unique in the config, ignoring case. Letters, digits, "_" and "-", starting with a letter or "_". */
            name: string;
            /** @description What the tool does and when to use it. The model chooses tools by it. */
            description?: string;
            /**
             * @description false: the tool stays in the config but the model does not see it.
             * @default true
             */
            enabled: boolean;
            /** @description An E.164 number or a SIP address; unless given, the agent uses its own destination. */
            destination?: string;
            /** @description Text that the bot speaks before the handoff. */
            message?: string;
        };
        /** @description Ends the call. */
        EndCallTool: {
            /**
             * @description Ends the call. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "end_call";
            /** @description Name of the function, unique in the config, ignoring case. Letters, digits, "_" and "-", starting with a letter or "_". */
            name: string;
            /** @description What the tool does and when to use it. The model chooses tools by it. */
            description?: string;
            /**
             * @description false: the tool stays in the config but the model does not see it.
             * @default true
             */
            enabled: boolean;
            /** @description Text that the bot speaks before it hangs up. */
            message?: string;
        };
        /** @description The config of a voice bot, at most 256 KiB of JSON with 10,000 values (fields, items, objects and arrays), and 1,000 uses of variables. It refers to secrets by name and must not contain any. Requests may use other notations: states with names in any language instead of ids, {id, prompt, next} states, transitions with from_state and to_state, {name, config, enabled} tools. They are stored in this form; POST /api/skillbases/validate shows it. */
        SkillbaseConfig: {
            context: components["schemas"]["SkillbaseConfigContext"];
            flow: components["schemas"]["SkillbaseConfigFlow"];
            agent?: components["schemas"]["SkillbaseConfigAgent"];
            /** @description Functions that the model may call. Default: `[]`. */
            tools?: (components["schemas"]["HttpTool"] | components["schemas"]["HandoffTool"] | components["schemas"]["EndCallTool"])[];
            voice: components["schemas"]["SkillbaseConfigVoice"];
            llm: components["schemas"]["SkillbaseConfigLlm"];
        };
        Skillbase: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
            slug: string;
            /** @description Free text for people. Null: none. */
            description: string | null;
            /** @description Version number, starting at 1. */
            version: number;
            config: components["schemas"]["StoredConfig"];
            /** @description false: retired. New campaigns and calls cannot use it. */
            is_active: boolean;
            /** @description Whether a version is published. */
            is_published: boolean;
            published_version: number | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description Parts of the config that are allowed but probably a mistake. In responses to create, update, publish and restore. */
            warnings?: components["schemas"]["ConfigFinding"][];
        };
        SkillbaseConfigView: {
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Version number, starting at 1. */
            version: number;
            config: components["schemas"]["StoredConfig"];
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description Parts of the config that are allowed but probably a mistake. In responses to create, update, publish and restore. */
            warnings?: components["schemas"]["ConfigFinding"][];
        };
        SkillbaseVersionSummary: {
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Version number, starting at 1. */
            version: number;
            config_hash: string | null;
            restored_from: number | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
        };
        SkillbaseVersion: {
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Version number, starting at 1. */
            version: number;
            config_hash: string | null;
            restored_from: number | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            config: components["schemas"]["StoredConfig"];
        };
        ConfigReport: {
            /** @description true: there are no errors. */
            valid: boolean;
            /** @description Why the config would be rejected, at most 100 errors. */
            errors: components["schemas"]["ConfigFinding"][];
            /** @description Parts that are allowed but probably a mistake. Empty while the config does not match its schema. */
            warnings: components["schemas"]["ConfigFinding"][];
            canonical_config: {
                [key: string]: unknown;
            } | null;
            /** @description What each part in another notation than that of SkillbaseConfig is read as. */
            conversions: components["schemas"]["ConfigFinding"][];
        };
        /** @description Milliseconds, over turns. Values are null when the latency was never measured. A percentile is the value at rank p (n - 1) of the ascending values, counted from 0, with linear interpolation between the two closest ranks; it is within 1 % of the exact value. */
        LatencyFigures: {
            /** @description Turns for which this latency was measured. */
            n: number;
            /** @description Average. Null: not measured. */
            avg: number | null;
            /** @description Smallest value. Null: not measured. */
            min: number | null;
            /** @description Largest value. Null: not measured. */
            max: number | null;
            /** @description Median. Null: not measured. */
            p50: number | null;
            /** @description 90th percentile. Null: not measured. */
            p90: number | null;
            /** @description 95th percentile. Null: not measured. */
            p95: number | null;
            /** @description 99th percentile. Null: not measured. */
            p99: number | null;
            /** @description `n` is below 10, so percentiles depend on single values. */
            few_samples: boolean;
        };
        /** @description USD, exact decimals. The total, the components and the averages are all of the priced calls, so that the components never add up to more than the total. null: no priced call has this amount. */
        CostFigures: {
            total: string | null;
            stt: string | null;
            llm: string | null;
            tts: string | null;
            livekit: string | null;
            known: string | null;
            per_call: string | null;
            per_minute: string | null;
            /** @description Calls whose total is known. */
            priced_calls: number;
            /** @description Calls that ended and for which no usage was reported. */
            unmeasured_calls: number;
            /** @description Calls that ended with reported usage, but whose total is not known because a price is missing. */
            unpriced_calls: number;
        };
        /** @description Sums over the calls that have metrics. null: no call reports this quantity. */
        UsageFigures: {
            /** @description Seconds of audio that speech recognition processed. */
            stt_duration_sec: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens: number | null;
            /** @description Characters that were synthesized. */
            tts_characters: number | null;
            /** @description Seconds of transport of audio. */
            livekit_duration_sec: number | null;
        };
        /** @description `total` is `dialed` + `live`, and `inbound` + `outbound`. `dialed`: calls that were dialed, by the platform or by a caller, and have ended. `answered`: those of them that a person or a machine answered. `not_dialed`: calls that ended without having been dialed; no other count and no rate includes them. */
        CallCounts: {
            /** @description The total. */
            total: number;
            /** @description Calls with the status `completed`. */
            completed: number;
            /** @description Calls with the status `failed`. */
            failed: number;
            /** @description Calls with the status `cancelled`. */
            cancelled: number;
            /** @description Calls that have not ended. */
            live: number;
            /** @description Inbound calls. */
            inbound: number;
            /** @description Outbound calls. */
            outbound: number;
            /** @description Calls that were dialed and have ended. */
            dialed: number;
            /** @description Dialed calls that a person or a machine answered. */
            answered: number;
            /** @description Calls that ended without having been dialed. */
            not_dialed: number;
        };
        /** @description Number of calls by outcome. Outcomes without a call are absent. */
        OutcomeCounts: {
            /** @description Calls with the outcome `success`: The conversation reached its goal. */
            success?: number;
            /** @description Calls with the outcome `fail`: A conversation took place and did not reach its goal. */
            fail?: number;
            /** @description Calls with the outcome `callback`: The contact asked to be called again; the next attempt is made at the requested time, if it is known. */
            callback?: number;
            /** @description Calls with the outcome `transferred`: The call was transferred to a person. */
            transferred?: number;
            /** @description Calls with the outcome `max_duration`: The conversation was ended because it reached `max_call_duration_sec`. */
            max_duration?: number;
            /** @description Calls with the outcome `no_answer`: Nobody answered the call. */
            no_answer?: number;
            /** @description Calls with the outcome `busy`: The line was busy. */
            busy?: number;
            /** @description Calls with the outcome `voicemail`: A voicemail or an answering machine answered. */
            voicemail?: number;
            /** @description Calls with the outcome `declined`: The callee rejected the call. */
            declined?: number;
            /** @description Calls with the outcome `invalid_number`: The carrier reported that the number does not exist or cannot be called. */
            invalid_number?: number;
            /** @description Calls with the outcome `blocked`: The callee, or a call-blocking service for them, blocked the call; the number is suppressed. */
            blocked?: number;
            /** @description Calls with the outcome `carrier_error`: The carrier or its SIP trunk failed. */
            carrier_error?: number;
            /** @description Calls with the outcome `no_capacity`: The carrier had no capacity left for the call. */
            no_capacity?: number;
            /** @description Calls with the outcome `agent_error`: The voice agent failed, did not join, or did not report how a conversation ended. */
            agent_error?: number;
            /** @description Calls with the outcome `suppressed`: The contact was not called, because the number is on the suppression list. */
            suppressed?: number;
            /** @description Calls with the outcome `outside_window`: The contact was not called: its calling window was closed, or the campaign ended before it opened. */
            outside_window?: number;
            /** @description Calls with the outcome `cancelled`: The call was cancelled, or the carrier had never placed it. */
            cancelled?: number;
            /** @description Calls with the outcome `lost`: How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it. */
            lost?: number;
        };
        /** @description Calls that have the same value in each requested dimension. `key` is the values as text, joined by "/"; it is null when the calls have no value in any dimension. Hours are 0 to 23, weekdays 1 (Monday) to 7. */
        MetricsGroup: {
            /** @description The values of the group as text, joined by "/". Null: the calls have no value. */
            key: string | null;
            /** @description The value of each requested dimension. */
            values: components["schemas"]["MetricsGroupValues"];
            /** @description Names of the campaign and the skillbase, where these are dimensions. */
            names: components["schemas"]["MetricsGroupNames"];
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            /** @description Turns of both sides. */
            turns: number;
            ring: components["schemas"]["RingFigures"];
            duration: components["schemas"]["DurationFigures"];
            latency: components["schemas"]["LatencyFiguresByStage"];
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            interruption: components["schemas"]["InterruptionFigures"];
            overlap: components["schemas"]["OverlapFigures"];
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
        };
        Metrics: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            /** @description Turns of both sides. */
            turns: number;
            ring: components["schemas"]["RingFigures"];
            duration: components["schemas"]["DurationFigures"];
            latency: components["schemas"]["LatencyFiguresByStage"];
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            interruption: components["schemas"]["InterruptionFigures"];
            overlap: components["schemas"]["OverlapFigures"];
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
            /** @description One item per group, the groups with the most calls first. */
            groups?: components["schemas"]["MetricsGroup"][];
            /** @description Number of groups that are not listed. The 1000 groups with the most calls are listed. */
            groups_left_out?: number;
        };
        MetricsBucket: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /** @description The period covers only a part of the bucket; only calls in the period are counted. */
            is_partial: boolean;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            /** @description Turns of both sides. */
            turns: number;
            ring: components["schemas"]["RingFigures"];
            duration: components["schemas"]["DurationFigures"];
            latency: components["schemas"]["LatencyFiguresByStage"];
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            interruption: components["schemas"]["InterruptionFigures"];
            overlap: components["schemas"]["OverlapFigures"];
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
        };
        Timeseries: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /**
             * @description Size of the time buckets.
             * @enum {string}
             */
            bucket: "hour" | "day" | "week" | "month";
            /** @description The time buckets, oldest first. */
            buckets: components["schemas"]["MetricsBucket"][];
        };
        /** @description The period compared with the one before it, which is exactly as long: 30 days are 720 hours, also where clocks change. `change` is a share of the previous value: 0.25 is a quarter more. null: nothing to compare with. Figures, and the calls that averages are over, are those of GET /api/analytics/metrics: `duration_avg_sec` is over answered calls, `ring_avg_sec` over dialed ones. */
        Overview: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /**
             * Format: date-time
             * @description Start of the period before, inclusive.
             */
            previous_start: string;
            /**
             * Format: date-time
             * @description End of the period before, exclusive.
             */
            previous_end: string;
            /** @description Counts of calls. */
            calls: components["schemas"]["CountChange"];
            /** @description Calls with the status `completed`. */
            completed_calls: components["schemas"]["CountChange"];
            /** @description Calls with the status `failed`. */
            failed_calls: components["schemas"]["CountChange"];
            /** @description Turns of both sides. */
            turns: components["schemas"]["CountChange"];
            /** @description Calls that were dialed and have ended. */
            dialed_calls: components["schemas"]["CountChange"];
            /** @description Dialed calls that a person or a machine answered. */
            answered_calls: components["schemas"]["CountChange"];
            /** @description Calls that ended without having been dialed. */
            not_dialed_calls: components["schemas"]["CountChange"];
            /** @description Answered calls / dialed calls. */
            answer_rate: components["schemas"]["ShareChange"];
            /** @description Answered calls with the outcome `success` / answered calls. */
            success_rate: components["schemas"]["ShareChange"];
            /** @description Interrupted turns of the agent / turns of the agent. */
            interruption_rate: components["schemas"]["ShareChange"];
            /** @description Replies that began before the caller had finished / replies. */
            overlap_rate: components["schemas"]["ShareChange"];
            /** @description Interruptions / turns of both sides. */
            interruptions_per_turn: components["schemas"]["AmountChange"];
            /** @description Average seconds from dialing to the answer, or to the end of a call that nobody answered. */
            ring_avg_sec: components["schemas"]["AmountChange"];
            /** @description Average seconds from the answer to the end. */
            duration_avg_sec: components["schemas"]["AmountChange"];
            /** @description Seconds from the answer to the end, of all calls together. */
            duration_sum_sec: components["schemas"]["AmountChange"];
            /** @description Median of `e2e_latency`, ms. Reply latency: time from the end of the user's speech to the first sound of the reply. As reported, otherwise `eou_latency` + `latency_llm` + `ttfb_tts`. */
            e2e_latency_p50: components["schemas"]["AmountChange"];
            /** @description 95th percentile of `e2e_latency`, ms. Reply latency: time from the end of the user's speech to the first sound of the reply. As reported, otherwise `eou_latency` + `latency_llm` + `ttfb_tts`. */
            e2e_latency_p95: components["schemas"]["AmountChange"];
            /** @description Median of `eou_latency`, ms. End of utterance: time from the end of the user's speech to the decision that the turn is over. It includes the transcription. */
            eou_latency_p50: components["schemas"]["AmountChange"];
            /** @description 95th percentile of `eou_latency`, ms. End of utterance: time from the end of the user's speech to the decision that the turn is over. It includes the transcription. */
            eou_latency_p95: components["schemas"]["AmountChange"];
            /** @description USD in total. */
            cost_total: components["schemas"]["MoneyChange"];
            /** @description USD per priced call. */
            cost_per_call: components["schemas"]["MoneyChange"];
            /** @description USD per minute of the priced calls. */
            cost_per_minute: components["schemas"]["MoneyChange"];
        };
        /** @description Cost and usage of calls. Skillbases and campaigns are listed by total cost, highest first, at most 1000. */
        CostReport: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /** @description Calls of the period. */
            calls: number;
            cost: components["schemas"]["CostFigures"];
            usage: components["schemas"]["UsageFigures"];
            /** @description One item per day of the period. */
            by_day: components["schemas"]["CostsOfDay"][];
            /** @description One item per skillbase, the most expensive first. */
            by_skillbase: components["schemas"]["CostsOfSkillbase"][];
            /** @description One item per campaign, the most expensive first. */
            by_campaign: components["schemas"]["CostsOfCampaign"][];
        };
        CampaignRow: {
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id: string;
            /** @description Display name. */
            name: string;
            /**
             * @description Status of the campaign.
             * @enum {string}
             */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            /** @description Why the campaign has its status, such as who paused it. Null: there is nothing to add. */
            status_reason: string | null;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Call tasks of the campaign. */
            total_tasks: number;
            /** @description Call tasks whose contact was reached. */
            completed_tasks: number;
            /** @description Call tasks whose contact was not reached, and that have no attempt left. */
            failed_tasks: number;
            progress: number | null;
            /** @description When it started. Null: it has not started. */
            started_at: string | null;
            /** @description When it ended. Null: it has not ended. */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            /** @description Turns of both sides. */
            turns: number;
            ring: components["schemas"]["RingFigures"];
            duration: components["schemas"]["DurationFigures"];
            latency: components["schemas"]["LatencyFiguresByStage"];
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            interruption: components["schemas"]["InterruptionFigures"];
            overlap: components["schemas"]["OverlapFigures"];
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
        };
        QueryResults: {
            /** @description One result per query, under its name. */
            results: {
                [key: string]: components["schemas"]["Timeseries"] | components["schemas"]["Metrics"];
            };
        };
        /** @description A call with its metrics. Metrics are null while the call has not ended, and when they were not measured. */
        CallRow: {
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            external_call_id: string | null;
            /** @description The skillbase. Null: none. */
            skillbase_id: string | null;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version: number | null;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /**
             * @description Whether the platform calls, or is called.
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            caller_number: string | null;
            callee_number: string | null;
            /**
             * @description `queued`: Waiting for a worker to dial it. `dialing`: The carrier is placing the call. `ringing`: The callee's phone is ringing. `active`: The call was answered and has not ended. `completed`: The call ended after it was answered. `failed`: The call ended without a conversation, or the carrier or the voice agent failed. `cancelled`: The call was cancelled before its regular end, or was never placed.
             * @enum {string}
             */
            status: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            /** @description True when no outcome was reported: `outcome` was derived from how the call went, and `outcome_reason` of its metrics, if it has any, is the reason. */
            is_outcome_classified: boolean;
            ended_reason: string | null;
            language: string | null;
            /** @description Rating of the conversation by a person, from 1 (bad) to 5 (good). Null: not rated. */
            rating: number | null;
            /** @description False: the call ended without having been dialed, for example because its campaign was paused. Of the counts and rates of calls only `calls.not_dialed` includes it. */
            is_dialed: boolean;
            /** @description A person or a machine answered. True also when only the outcome or the turns show it, and `answered_at` is not known. */
            is_answered: boolean;
            /**
             * Format: date-time
             * @description When it started. Null: it has not started.
             */
            started_at: string;
            /** @description When the carrier was asked to place the call. Null: it was not dialed, or the call is inbound. */
            dialed_at: string | null;
            /** @description When the call was answered. Null: it was not, or the time is not known. */
            answered_at: string | null;
            /** @description When it ended. Null: it has not ended. */
            ended_at: string | null;
            ring_sec: number | null;
            duration_sec: number | null;
            /** @description Turns of both sides. */
            turn_count: number;
            /** @description Name of the skillbase. Null: none, or it was deleted. */
            skillbase_name: string | null;
            /** @description Name of the campaign. Null: none, or it was deleted. */
            campaign_name: string | null;
            ttfb_stt_avg: number | null;
            ttfb_stt_min: number | null;
            ttfb_stt_max: number | null;
            latency_llm_avg: number | null;
            latency_llm_min: number | null;
            latency_llm_max: number | null;
            ttfb_tts_avg: number | null;
            ttfb_tts_min: number | null;
            ttfb_tts_max: number | null;
            eou_latency_avg: number | null;
            eou_latency_min: number | null;
            eou_latency_max: number | null;
            e2e_latency_avg: number | null;
            e2e_latency_min: number | null;
            e2e_latency_max: number | null;
            stt_duration_sec: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens: number | null;
            /** @description Characters that were synthesized. */
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            /** @description Cache write tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cache_write_tokens: number | null;
            /** @description One-hour cache write tokens of the language model. They are part of `llm_cache_write_tokens`. */
            llm_cache_write_1h_tokens: number | null;
            /** @description Audio input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_audio_input_tokens: number | null;
            /** @description Cached audio input tokens of the language model. They are part of `llm_audio_input_tokens`. */
            llm_cached_audio_input_tokens: number | null;
            /** @description Image input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_image_input_tokens: number | null;
            /** @description Cached image input tokens of the language model. They are part of `llm_image_input_tokens`. */
            llm_cached_image_input_tokens: number | null;
            /** @description Audio output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_audio_output_tokens: number | null;
            /** @description Image output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            /** @description Turns of the agent that the user interrupted. Null: not measured. */
            interruption_count: number | null;
            interruption_rate: number | null;
            overlap_count: number | null;
            sentiment_score: number | null;
            outcome_confidence: number | null;
            /** @description Why the agent chose the outcome. Null: not reported. */
            outcome_reason: string | null;
            interruptions_per_turn: number | null;
            cost_stt: string | null;
            cost_llm: string | null;
            cost_tts: string | null;
            cost_livekit: string | null;
            cost_total: string | null;
            cost_reported: {
                [key: string]: string;
            } | null;
            providers: components["schemas"]["Providers"] | null;
            /** @description Turns of the user. */
            user_turn_count: number | null;
            /** @description Turns of the agent. */
            bot_turn_count: number | null;
            is_derived: boolean | null;
        };
        CallDetail: {
            call: components["schemas"]["Call"];
            metrics: components["schemas"]["CallMetrics"] | null;
            /** @description Turns of both sides. */
            turns: components["schemas"]["CallDetailTurn"][];
        };
        /** @description A changed call that could not be added to the rollups or to the search of transcripts. It is tried again at `retry_at`. */
        SetAsideCall: {
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            /**
             * @description What lacks the call, or has it as it was before. `rollups`: The figures of GET /api/analytics/metrics. `search`: The search of transcripts, the parameter `q` of GET /api/calls.
             * @enum {string}
             */
            missing_in: "rollups" | "search";
            /** @description Failed attempts in a row. */
            failures: number;
            error: string | null;
            /** @description When it is tried again. Null: it is not waiting for another attempt. */
            retry_at: string | null;
        };
        ComparedNumber: {
            /** @description The first version. */
            a: components["schemas"]["SampledNumber"];
            /** @description The second version. */
            b: components["schemas"]["SampledNumber"];
            difference: number | null;
            change: number | null;
            /** @description One side has fewer than 10 measurements. */
            few_samples: boolean;
        };
        /** @description `n` is the number of priced calls. */
        ComparedMoney: {
            /** @description The first version. */
            a: components["schemas"]["SampledMoney"];
            /** @description The second version. */
            b: components["schemas"]["SampledMoney"];
            difference: string | null;
            change: number | null;
            /** @description One side has fewer than 10 measurements. */
            few_samples: boolean;
        };
        ComparedRate: {
            /** @description The first version. */
            a: components["schemas"]["SampledShare"];
            /** @description The second version. */
            b: components["schemas"]["SampledShare"];
            difference: number | null;
            change: number | null;
            /** @description One side has fewer than 10 measurements. */
            few_samples: boolean;
            p_value: number | null;
            is_beyond_chance: boolean | null;
        };
        /** @description Metrics of the calls of one version. */
        VersionFigures: {
            /** @description Version of the skillbase. */
            version: number;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            /** @description Turns of both sides. */
            turns: number;
            ring: components["schemas"]["RingFigures"];
            duration: components["schemas"]["DurationFigures"];
            latency: components["schemas"]["LatencyFiguresByStage"];
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            interruption: components["schemas"]["InterruptionFigures"];
            overlap: components["schemas"]["OverlapFigures"];
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
        };
        /** @description Two versions of a skillbase compared. `n` is what a figure is over: answered calls for the success rate and the duration, dialed calls for the answer rate and ringing, turns of the agent for the interruption rate, all turns for interruptions per turn. */
        Comparison: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            a: components["schemas"]["VersionFigures"];
            b: components["schemas"]["VersionFigures"];
            /** @description Each figure of both versions, and the difference. */
            compared: components["schemas"]["ComparisonCompared"];
        };
        /** @description Figures of the current calendar day. `live_calls` and `running_campaigns` are current counts, whenever they started. */
        Stats: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            calls: components["schemas"]["CallCounts"];
            /** @description Calls that have not ended. */
            live_calls: number;
            /** @description Campaigns that are running. */
            running_campaigns: number;
            answer_rate: number | null;
            success_rate: number | null;
            duration_avg_sec: number | null;
            e2e_latency: components["schemas"]["LatencyOfDay"];
            eou_latency: components["schemas"]["LatencyOfDay"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
        };
        ActiveCampaign: {
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id: string;
            /** @description Display name. */
            name: string;
            /**
             * @description Status of the campaign.
             * @enum {string}
             */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            /** @description Why the campaign has its status, such as who paused it. Null: there is nothing to add. */
            status_reason: string | null;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Call tasks of the campaign. */
            total_tasks: number;
            /** @description Call tasks whose contact was reached. */
            completed_tasks: number;
            /** @description Call tasks whose contact was not reached, and that have no attempt left. */
            failed_tasks: number;
            progress: number | null;
            /** @description When it started. Null: it has not started. */
            started_at: string | null;
            /** @description When it ended. Null: it has not ended. */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description Maximum number of live calls of the campaign at a time. */
            max_concurrent_calls: number;
            /** @description Calls that have not ended. */
            live_calls: number;
        };
        /** @description How many turns had which latency. Each bucket is 2.0 % wide, unless they are merged. */
        LatencyHistogram: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /**
             * @description Latencies.
             * @enum {string}
             */
            latency: "ttfb_stt" | "latency_llm" | "ttfb_tts" | "eou_latency" | "e2e_latency";
            /** @description Turns for which the latency was measured: the sum of the counts. */
            n: number;
            /** @description The middle of an unmerged bucket differs from each of its values by at most this share. */
            relative_error: number;
            /** @description The buckets that have values, ascending. Values of exactly 0 have a bucket from 0 to 0. */
            buckets: components["schemas"]["LatencyHistogramBucket"][];
        };
        /** @description The prompt of a skillbase version for a sample contact. */
        Prompt: {
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Version of the skillbase. */
            version: number;
            /** @description The language the bot speaks, BCP 47. */
            language: string;
            now: components["schemas"]["ContactTime"];
            /** @description The instructions for the language model, with the values of the contact filled in. */
            system_prompt: string;
            greeting: string | null;
            flow: components["schemas"]["ConversationFlow"];
            /** @description Functions that the model may call. */
            functions: components["schemas"]["ModelFunction"][];
            /** @description Variables that the texts of the config use, with their values, by name. */
            variables: components["schemas"]["PromptVariable"][];
        };
        /** @description Everything that an agent needs for a call. */
        Brief: {
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /**
             * @description Whether the platform calls, or is called.
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version: number;
            /** @description The language the bot speaks, BCP 47. */
            language: string;
            now: components["schemas"]["ContactTime"];
            /** @description The instructions for the language model, with the values of the contact filled in. */
            system_prompt: string;
            greeting: string | null;
            flow: components["schemas"]["ConversationFlow"];
            /** @description Functions that the model may call. */
            functions: components["schemas"]["ModelFunction"][];
            /** @description Variables that the texts of the config use, with their values, by name. */
            variables: components["schemas"]["PromptVariable"][];
            /** @description How to execute each function. */
            tools: components["schemas"]["BriefTool"][];
            /** @description Speech recognition. */
            stt: components["schemas"]["BriefStt"];
            /** @description The language model. */
            llm: components["schemas"]["BriefLlm"];
            /** @description Speech synthesis. */
            tts: components["schemas"]["BriefTts"];
            /** @description Names of the data to collect in the conversation: the keys of `collected_data`. */
            collect: string[];
            /** @description How long the agent may wait and talk. */
            limits: components["schemas"]["BriefLimits"];
            report: components["schemas"]["BriefReport"];
        };
        /** @description A change in the company: of a call, a campaign, a call task, an import or a webhook. */
        Event: {
            /** @description Unique within the company; each event has the id of the event before it plus one. */
            id: number;
            /**
             * @description `call.created`: A call was created. `call.status`: A live call moved to another status, such as from `ringing` to `active`. `call.ended`: A call ended: it is `completed`, `failed` or `cancelled`. `call.turns`: Turns of a call were stored or completed with more data. `call.metrics`: The metrics of a call were calculated, changed or deleted. `call.updated`: Other fields of a call changed, such as its outcome or rating. `call.deleted`: A call was deleted. `task.retry`: An attempt ended, and the contact will be called again at `next_attempt_at`. `task.completed`: An attempt reached the contact, and no further attempt is due. `task.failed`: An attempt ended without reaching the contact, and no attempt is left. `task.skipped`: A contact is not called, because its number is suppressed. `task.cancelled`: A user cancelled a contact, or its call was cancelled. `task.pending`: A user put a contact back into the queue. `task.updated`: The outcome of a settled attempt was corrected, and with it the outcome of the contact; or something was reported that changes nothing yet: see `rule`. `campaign.created`: A campaign was created as a draft. `campaign.cloned`: A campaign was created as a copy of another one. `campaign.edited`: Settings of a campaign were changed. `campaign.started`: A user started a campaign. `campaign.scheduled`: A user started, resumed or restarted a campaign whose `start_time` is in the future. `campaign.auto_started`: A scheduled campaign started, because its `start_time` was reached. `campaign.paused`: A user paused a campaign. `campaign.breaker_opened`: The circuit breaker paused a campaign, because too many calls failed. `campaign.resumed`: A user resumed a paused or completed campaign, or a late report asked for another call in a completed one. `campaign.restarted`: A user restarted contacts of a campaign; a campaign that had ended runs again. `campaign.tasks_added`: Contacts were added to a campaign. `campaign.list_imported`: A call list was imported into a campaign. `campaign.import_reverted`: A user reverted an import: its contacts that were not called yet are removed. `campaign.end_passed`: The `end_time` of a campaign passed, and the contacts that were waiting are skipped. `campaign.set_aside`: A step of a campaign failed three times in a row; `operation`, `detail` and `retry_at` describe it. It is tried again with growing pauses, or at once after an edit. `campaign.completed`: A campaign is completed: no contact is left to call, or its `end_time` has passed. `campaign.stopped`: A user stopped a campaign. `campaign.progress`: The task counters of a campaign changed. `import.progress`: An import read its file, or merged or removed more of its rows. `import.completed`: An import ended, and its rows are in the campaign; a dry run was only counted. `import.failed`: An import failed; see `error_code`. `import.cancelled`: A user cancelled an import, and the contacts that it had added and that were not called were removed. `import.reverted`: A completed import was reverted. `webhook.disabled`: A webhook was disabled: it failed for a day, or its receiver responded 410 Gone.
             * @enum {string}
             */
            type: "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "task.updated" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.auto_started" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_reverted" | "campaign.end_passed" | "campaign.set_aside" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.reverted" | "webhook.disabled";
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            /** @description call.created, call.ended and call.updated include `call`, call.turns includes `turns`, and call.metrics includes `metrics`, each in the state at the time of delivery. call.status includes `status`. `truncated` lists what was left out because of its size. */
            data: {
                [key: string]: unknown;
            };
        };
        EventPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Event"][];
            /** @description Pass this as `after` to get the next page, also when this page contains no events of the requested types. */
            next_after: number;
            /** @description Whether there are more. */
            has_more: boolean;
            /** @description The id of the oldest stored event. */
            first_id: number;
            /** @description The id of the newest event. */
            last_id: number;
        };
        /** @description Replaces the API key that created it, for opening one WebSocket. */
        Ticket: {
            /** @description Opens one WebSocket, as the query parameter `ticket`. */
            ticket: string;
            /**
             * Format: date-time
             * @description Until when the ticket opens a WebSocket: 30 seconds after it was created.
             */
            expires_at: string;
        };
        /** @description A URL to which events of the company are sent. */
        Webhook: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description The URL that receives the requests. */
            url: string;
            /** @description Free text for people. Null: none. */
            description: string | null;
            /** @description Types of the events that are sent. `*` stands for all types except call.turns. */
            event_types: string[];
            /** @description Whether events are sent to the webhook. */
            is_enabled: boolean;
            disabled_reason: string | null;
            /** @description When the webhook was disabled. Null: it is enabled. */
            disabled_at: string | null;
            /** @description Since when every attempt fails. After a day the webhook is disabled. Null: the last one succeeded. */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
        };
        /** @description A webhook with its signing secret, which is shown only once. */
        WebhookWithSecret: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description Id of the resource. It never changes.
             */
            id: string;
            /** @description The URL that receives the requests. */
            url: string;
            /** @description Free text for people. Null: none. */
            description: string | null;
            /** @description Types of the events that are sent. `*` stands for all types except call.turns. */
            event_types: string[];
            /** @description Whether events are sent to the webhook. */
            is_enabled: boolean;
            disabled_reason: string | null;
            /** @description When the webhook was disabled. Null: it is enabled. */
            disabled_at: string | null;
            /** @description Since when every attempt fails. After a day the webhook is disabled. Null: the last one succeeded. */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description Key for verifying the signatures of requests (Standard Webhooks). Returned only in this response. */
            secret: string;
        };
        /** @description An event that is sent to a webhook. */
        Delivery: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description The webhook-id header of each request of this delivery.
             */
            id: string;
            /**
             * Format: uuid
             * @description The webhook.
             */
            webhook_id: string;
            /** @description Id of the event. Null: a test. */
            event_id: number | null;
            /** @description The type of the event. */
            event_type: string;
            /**
             * @description `pending`: Waiting for an attempt, or for the delivery of an earlier event of the same call or campaign. `delivered`: The receiver responded with a 2xx status. `dead`: Eleven attempts within 24 hours failed, or it cannot be sent at all (see `error`); it is sent again only on request.
             * @enum {string}
             */
            status: "pending" | "delivered" | "dead";
            /** @description Number of attempts so far. */
            attempt_count: number;
            /** @description When the delivery is tried again. Null: it is not. */
            next_attempt_at: string | null;
            http_status: number | null;
            /** @description Why it failed. Null: it did not. */
            error: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description When it was finished. Null: it is not finished. */
            finished_at: string | null;
        };
        DeliveryWithAttempts: {
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description The webhook-id header of each request of this delivery.
             */
            id: string;
            /**
             * Format: uuid
             * @description The webhook.
             */
            webhook_id: string;
            /** @description Id of the event. Null: a test. */
            event_id: number | null;
            /** @description The type of the event. */
            event_type: string;
            /**
             * @description `pending`: Waiting for an attempt, or for the delivery of an earlier event of the same call or campaign. `delivered`: The receiver responded with a 2xx status. `dead`: Eleven attempts within 24 hours failed, or it cannot be sent at all (see `error`); it is sent again only on request.
             * @enum {string}
             */
            status: "pending" | "delivered" | "dead";
            /** @description Number of attempts so far. */
            attempt_count: number;
            /** @description When the delivery is tried again. Null: it is not. */
            next_attempt_at: string | null;
            http_status: number | null;
            /** @description Why it failed. Null: it did not. */
            error: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description When it was finished. Null: it is not finished. */
            finished_at: string | null;
            /** @description The request body. */
            body: string;
            /** @description The requests that were sent, oldest first. */
            attempts: components["schemas"]["DeliveryAttempt"][];
        };
        Resent: {
            /** @description The number of deliveries that are sent again. */
            resent: number;
            /** @description Whether the webhook has more dead deliveries: repeat the request. */
            has_more: boolean;
        };
        FieldError: {
            /** @description JSON pointer (RFC 6901) to the invalid field. */
            pointer: string;
            /** @description What is wrong with the field and what is allowed. */
            detail: string;
        };
        /** @description Limits of the company. A limit that is not given does not apply. */
        CompanyLimits: {
            /** @description Live calls of all campaigns and test calls together. */
            max_concurrent_calls?: number;
            /** @description Call attempts in any 60 seconds, all campaigns and test calls together. */
            calls_per_minute?: number;
            /** @description API requests per minute, of all keys together. */
            requests_per_minute?: number;
            /** @description Call attempts to one number in any 24 hours, all campaigns and test calls together. */
            attempts_per_number_per_day?: number;
            /** @description Call attempts to one number in any 7 days, all campaigns and test calls together. */
            attempts_per_number_per_week?: number;
            /** @description Hours from the start of an attempt to the start of the next one to the same number, all campaigns and test calls together. 0, the default: no minimum. */
            min_hours_between_attempts?: number;
        };
        /** @description The retries after one outcome. */
        OutcomeRetries: {
            /** @description Maximum number of retries after this outcome. */
            max?: number;
            /** @description Minutes before the first retry after this outcome, before the second, and so on. The last one repeats. */
            delays_minutes?: number[];
        };
        CampaignWarning: {
            /**
             * @description `customary_hours`: The campaign sets no contact hours; the warning names the hours that apply. `around_the_clock`: The contact hours are 00:00 to 24:00. `night_hours`: The contact hours are partly before 08:00 or after 21:00. `timezone_is_utc`: Contacts whose own time zone is unknown would be called by UTC, the zone of the campaign. `zone_unknown`: The time zone of some contacts is unknown; the warning explains how they are called. `several_zones`: Some contacts may be in several time zones; the warning explains how they are called. `never_open`: Some contacts cannot be called in the next 7 days, or in the 7 days from `start_time`. `less_than_one_day`: Until `end_time`, contacts can be called for less than the hours of one day. `missing_values`: Some contacts have no value for a variable that the skillbase uses without a default; the warning counts them.
             * @enum {string}
             */
            code: "customary_hours" | "around_the_clock" | "night_hours" | "timezone_is_utc" | "zone_unknown" | "several_zones" | "never_open" | "less_than_one_day" | "missing_values";
            /** @description The explanation, for people. */
            detail: string;
        };
        CampaignStatsTasks: {
            /** @description The total. */
            total: number;
            /** @description Tasks in status pending, in_progress or retry. */
            open: number;
            /** @description Tasks in any other status. */
            done: number;
            /** @description Tasks per status. A status without tasks is left out. */
            by_status: {
                [key: string]: number;
            };
            /** @description Tasks per outcome of their latest attempt. */
            by_outcome: {
                [key: string]: number;
            };
        };
        CampaignStatsCalls: {
            /** @description `dialed` + `live`. */
            total: number;
            /** @description Calls that have not ended. */
            live: number;
            /** @description Calls that were dialed and have ended. */
            dialed: number;
            /** @description Dialed calls that a person or a machine answered. */
            answered: number;
            /** @description Calls that ended without having been dialed. No other count of calls includes them. */
            not_dialed: number;
            answer_rate: number | null;
            success_rate: number | null;
            /** @description Calls per status. */
            by_status: {
                [key: string]: number;
            };
            /** @description Calls per outcome. */
            by_outcome: {
                [key: string]: number;
            };
            average_duration_sec: number | null;
        };
        /** @description When calls may be made. */
        CallingWindow: {
            /**
             * Format: date-time
             * @description When the window opens, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description When the window closes, exclusive.
             */
            end: string;
        };
        ContactHours: {
            /** @description IANA time zone. */
            timezone: string;
            days: number[] | null;
            /** @description HH:MM. */
            start: string;
            /** @description HH:MM, up to 24:00, exclusive. */
            end: string;
        };
        ScheduleZone: {
            /** @description Possible zones of the contacts, joined by commas. Empty: the zone of the campaign. */
            dial_timezone: string;
            /** @description Contacts that wait for an attempt. */
            waiting: number;
            /** @description Whether calls may be made now. */
            is_open: boolean;
            next_opening: components["schemas"]["CallingWindow"] | null;
            /** @description The hours of the contacts: those that the campaign sets, else the customary ones of their country. */
            contact_hours: components["schemas"]["ContactHours"][];
        };
        DiagnosticsSlots: {
            /** @description `max_concurrent_calls` of the campaign. */
            max: number;
            /** @description Live calls of the campaign. */
            in_use: number;
            /** @description Calls that have ended, and whose contacts wait until what becomes of them is decided. They use no slot. */
            waiting_to_settle: number;
        };
        DiagnosticsReason: {
            /**
             * @description The reason, for programs.
             * @enum {string}
             */
            code: "not_running" | "company_inactive" | "nobody_waiting" | "not_due" | "attempts_per_number" | "min_hours_between_attempts" | "window_closed" | "no_window" | "zone_not_worked_out" | "suppressed" | "number_in_call" | "callback_time_unusable" | "waiting_to_settle" | "opt_out_unreadable" | "at_max_concurrent_calls" | "at_calls_per_minute" | "company_at_max_concurrent_calls" | "company_at_calls_per_minute" | "no_worker" | "set_aside" | "recent_faults";
            /** @description The rule that decides, in words: which day, which hours, on whose clock, and until when. */
            detail: string;
            contacts: number | null;
            /** @description When the reason ends. Null: it is not known, or depends on a change. */
            until: string | null;
        };
        /** @description The time zone data with which all local times are computed. */
        TimezoneData: {
            /** @description Release of the IANA time zone database. */
            version: string;
            released_on: string | null;
        };
        FurtherNumber: {
            /** @description The number that is called, E.164. */
            phone_number: string;
            phone_extension: string | null;
        };
        RejectedCallTask: {
            /** @description Position in the request, starting at 0. */
            index: number;
            /** @description JSON pointer (RFC 6901) into the request. */
            pointer: string;
            /** @description The reason, for programs. */
            code: string;
            /** @description The explanation, for people. */
            detail: string;
        };
        TaskHistoryItem: {
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /**
             * @description An attempt to call the contact, or a decision about it.
             * @enum {string}
             */
            kind: "attempt" | "decision";
            /**
             * @description Of an attempt: the status of its call. Of a decision: the new status of the task.
             * @enum {string}
             */
            status: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled" | "pending" | "in_progress" | "retry" | "skipped";
            /** @description How the call ended. Null: not known yet. */
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            rule: string | null;
            /** @description The explanation, for people. */
            detail: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description When the next attempt is due. Null: at once for a waiting contact, else none is due. */
            next_attempt_at: string | null;
        };
        RowError: {
            /** @description Line of the file, starting at 1. */
            line: number;
            /** @description The reason, for programs. */
            code: string;
            /** @description The explanation, for people. */
            detail: string;
        };
        RejectedSuppression: {
            /** @description Number of the row in a JSON body, starting at 0. */
            index?: number;
            /** @description Line of the file. */
            line?: number;
            /** @description Field of a row of a JSON body. */
            field?: string;
            /** @description The reason, for programs. */
            code: string;
            /** @description The explanation, for people. */
            detail: string;
        };
        RejectedItem: {
            /** @description Position of the item in the request. */
            index: number;
            /** @description JSON pointer into the request. */
            pointer: string;
            /** @description Why the item was rejected; docs/reference.md lists the codes. */
            code: string;
            /** @description The explanation, for people. */
            detail: string;
        };
        ItemWarning: {
            /** @description Position of the item in the request. */
            index: number;
            /** @description The field that is stored as null, or changed as the code states. */
            field: string;
            /** @description The value that was sent; null for an object, an array or a long text. */
            value: number | string | boolean | null;
            /**
             * @description Why the value could not be used. `absurd_latency`: A latency exceeds the maximum. `callback_out_of_range`: `collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay. `clamped_time`: An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call. `contradicted_latency`: A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`. `exceeds_total`: A quantity exceeds the one that includes it, such as cached tokens the input tokens. `inexact_number`: A number in free JSON is beyond 2^53, so parsers of JSON change its digits. It is stored as null; send it as a string. `invalid`: The value has the wrong type or is out of range. `invalid_time`: A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived. `negative_latency`: A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`. `no_contact_number`: The contact opted out, but the call has no phone number of the contact that could be suppressed. `too_large`: An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept. `unknown_field`: A turn has no such field. `unreadable_callback`: `collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay. `unreadable_opt_out`: `collected_data.opt_out` is neither yes nor no. The number is not suppressed. `unstorable_text`: A text contains characters that cannot be stored. They are replaced by U+FFFD.
             * @enum {string}
             */
            code: "absurd_latency" | "callback_out_of_range" | "clamped_time" | "contradicted_latency" | "exceeds_total" | "inexact_number" | "invalid" | "invalid_time" | "negative_latency" | "no_contact_number" | "too_large" | "unknown_field" | "unreadable_callback" | "unreadable_opt_out" | "unstorable_text";
            /** @description The explanation, for people. */
            reason: string;
        };
        ReportWarning: {
            /** @description The field that is stored as null, or changed as the code states. */
            field: string;
            /** @description The value that was sent; null for an object, an array or a long text. */
            value: number | string | boolean | null;
            /**
             * @description Why the value could not be used. `absurd_latency`: A latency exceeds the maximum. `callback_out_of_range`: `collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay. `clamped_time`: An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call. `contradicted_latency`: A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`. `exceeds_total`: A quantity exceeds the one that includes it, such as cached tokens the input tokens. `inexact_number`: A number in free JSON is beyond 2^53, so parsers of JSON change its digits. It is stored as null; send it as a string. `invalid`: The value has the wrong type or is out of range. `invalid_time`: A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived. `negative_latency`: A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`. `no_contact_number`: The contact opted out, but the call has no phone number of the contact that could be suppressed. `too_large`: An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept. `unknown_field`: A turn has no such field. `unreadable_callback`: `collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay. `unreadable_opt_out`: `collected_data.opt_out` is neither yes nor no. The number is not suppressed. `unstorable_text`: A text contains characters that cannot be stored. They are replaced by U+FFFD.
             * @enum {string}
             */
            code: "absurd_latency" | "callback_out_of_range" | "clamped_time" | "contradicted_latency" | "exceeds_total" | "inexact_number" | "invalid" | "invalid_time" | "negative_latency" | "no_contact_number" | "too_large" | "unknown_field" | "unreadable_callback" | "unreadable_opt_out" | "unstorable_text";
            /** @description Why the value could not be used, for people. */
            reason: string;
        };
        ProviderModel: {
            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
            provider: string;
            /** @description The model of the provider. Absent or empty: any model. */
            model?: string;
        };
        AdditionalUsage: {
            /**
             * @description What the usage or the price is of.
             * @enum {string}
             */
            component: "stt" | "llm" | "tts";
            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
            provider: string;
            /** @description The model of the provider. Absent or empty: any model. */
            model?: string;
            /** @description Seconds. */
            stt_duration_sec?: number;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens?: number;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens?: number;
            /** @description Output tokens of the language model. */
            llm_output_tokens?: number;
            /** @description Characters that were synthesized. */
            tts_characters?: number;
            /** @description Part of `llm_input_tokens`. */
            llm_cache_write_tokens?: number;
            /** @description Part of `llm_cache_write_tokens`. */
            llm_cache_write_1h_tokens?: number;
            /** @description Part of `llm_input_tokens`. */
            llm_audio_input_tokens?: number;
            /** @description Part of `llm_audio_input_tokens`. */
            llm_cached_audio_input_tokens?: number;
            /** @description Part of `llm_input_tokens`. */
            llm_image_input_tokens?: number;
            /** @description Part of `llm_image_input_tokens`. */
            llm_cached_image_input_tokens?: number;
            /** @description Part of `llm_output_tokens`. */
            llm_audio_output_tokens?: number;
            /** @description Part of `llm_output_tokens`. */
            llm_image_output_tokens?: number;
            /** @description Seconds of the connection to a realtime model. */
            llm_session_sec?: number;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens?: number;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens?: number;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens?: number;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens?: number;
            /** @description Seconds of generated speech. */
            tts_duration_sec?: number;
        };
        /** @description Providers and models that served the call. Needed only where they differ from those of the skillbase. */
        Providers: {
            /** @description Speech recognition. */
            stt?: components["schemas"]["ProviderModel"];
            /** @description The language model. */
            llm?: components["schemas"]["ProviderModel"];
            /** @description Speech synthesis. */
            tts?: components["schemas"]["ProviderModel"];
            /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
            also?: components["schemas"]["AdditionalUsage"][];
        };
        /** @description One utterance of one side, with what was measured. */
        TranscriptTurn: {
            /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
            turn_index: number;
            /**
             * @description Who spoke.
             * @enum {string}
             */
            role: "user" | "assistant" | "system";
            /** @description What was said. Null: not recorded. */
            content: string | null;
            /** @description State of the conversation flow in which the turn was spoken. Null: not reported. */
            state_id: string | null;
            /** @description The other side began to speak before the turn was over. Null: not known. */
            was_interrupted: boolean | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
        };
        /** @description The names under which the price was found, when they are not those that were reported. An empty model is the price of any model. */
        PriceNames: {
            id: string | null;
            /** @description The provider. Null: not known. */
            provider: string;
            /** @description The model of the provider. Absent or empty: any model. */
            model: string;
        };
        SupersededCosts: {
            /**
             * Format: uuid
             * @description The rerate that replaced these costs.
             */
            rerate_id: string;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            counted: components["schemas"]["CostAmounts"];
            /** @description What each used quantity cost. */
            lines: components["schemas"]["CostLine"][];
        };
        /** @description Refers to a secret by its name. */
        HttpToolHeader: {
            /** @description Name of the secret: upper-case letters, digits and "_". The agent adds its value when it sends the request; the config never contains it. */
            secret: string;
            /** @description Text before the secret: one word of letters, digits, "_" and "-", optionally with a space. */
            prefix?: string;
        };
        /** @description JSON Schema of the arguments that the model fills in. Its type must be object. Default: `{"type":"object","properties":{}}`. */
        HttpToolParameters: {
            /**
             * @description Always `object`.
             * @enum {unknown}
             */
            type: "object";
            /** @description JSON Schema of each argument, by name. */
            properties?: Record<string, never>;
            /** @description Names of the arguments that must be present. */
            required?: string[];
        };
        /** @description Who the bot is. */
        SkillbaseConfigContext: {
            /** @description Who the bot is and what it has to achieve. */
            role: string;
            /** @description How the bot speaks. */
            style: string;
            /** @description The language the bot speaks; `voice.stt_language` unless given. A BCP 47 tag, such as ru or en-US. */
            language?: string;
            /** @description The first sentence of the bot; unless given, the model composes it. */
            greeting?: string;
            /** @description What the bot must never do or say. Default: `[]`. */
            safety_rules?: string[];
            /** @description What the bot knows and may say. Default: `[]`. */
            facts?: string[];
        };
        SkillbaseConfigFlowState: {
            /** @description Unique in the flow, ignoring case. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description What the bot has to do in this state. */
            prompt?: string;
        };
        /** @description A transition from one state to another. */
        SkillbaseConfigFlowTransition: {
            /** @description Id of the state that the transition leaves. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
            from: string;
            /** @description Id of the state that the transition enters. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
            to: string;
            /** @description When to follow the transition, in words; without it, when no other condition is met. */
            condition?: string;
        };
        /** @description How a conversation proceeds. */
        SkillbaseConfigFlow: {
            /**
             * @description linear: the states in their order. graph: along the transitions.
             * @enum {string}
             */
            type: "linear" | "graph";
            /** @description The states of a conversation. */
            states: (string | components["schemas"]["SkillbaseConfigFlowState"])[];
            /** @description The transitions of a graph. A linear flow needs none. Default: `[]`. */
            transitions?: components["schemas"]["SkillbaseConfigFlowTransition"][];
            /** @description Id of the state in which a conversation starts; unless given, the first. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
            initial?: string;
        };
        /** @description Handoff to people, and the data to collect. Default: `{}`. */
        SkillbaseConfigAgent: {
            /** @description When to hand the call over to a person: criteria by name, with any value. Default: `{}`. */
            handoff_criteria?: {
                [key: string]: unknown;
            };
            /** @description Maps the names of collected data to fields of the CRM. Default: `{}`. */
            crm_field_mapping?: {
                [key: string]: string;
            };
        };
        /** @description Speech synthesis (tts) and speech recognition (stt). */
        SkillbaseConfigVoice: {
            /** @description Provider of speech synthesis. Lower-case letters, digits, "_" and "-", starting with a letter, such as deepgram. */
            tts_provider: string;
            /** @description The provider's id of the voice. */
            tts_voice_id: string;
            /** @description The provider's name of the model; unless given, the provider's default. */
            tts_model?: string;
            /** @description Speed of speech; 1 is the normal speed of the voice. */
            speed?: number;
            /** @description Provider of speech recognition. Lower-case letters, digits, "_" and "-", starting with a letter, such as deepgram. */
            stt_provider: string;
            /** @description The provider's name of the model; unless given, the provider's default. */
            stt_model?: string;
            /** @description The language of speech recognition. A BCP 47 tag, such as ru or en-US. */
            stt_language: string;
        };
        /** @description The language model. */
        SkillbaseConfigLlm: {
            /** @description Provider of the language model. Lower-case letters, digits, "_" and "-", starting with a letter, such as deepgram. */
            provider: string;
            /** @description The provider's name of the model. */
            model: string;
            /** @description Sampling temperature: 0 is most predictable; unless given, the model's default. */
            temperature?: number;
            /** @description Maximum length of a reply, tokens. */
            max_tokens?: number;
        };
        /** @description A SkillbaseConfig with defaults filled in. A config written directly to the database is returned unchanged. */
        StoredConfig: {
            [key: string]: unknown;
        };
        ConfigFinding: {
            /** @description JSON pointer to the field. */
            pointer: string;
            /** @description The explanation, for people. */
            detail: string;
        };
        MetricsGroupValues: {
            /** @description The campaign. */
            campaign?: number | string | null;
            /** @description The skillbase. */
            skillbase?: number | string | null;
            /** @description Version of the skillbase. */
            version?: number | string | null;
            /** @description How the call ended. Null: not known yet. */
            outcome?: number | string | null;
            /** @description Whether the platform calls, or is called. */
            direction?: number | string | null;
            /** @description Hour of the day, 0 to 23. */
            hour_of_day?: number | string | null;
            /** @description Weekday, 1 (Monday) to 7. */
            day_of_week?: number | string | null;
        };
        MetricsGroupNames: {
            /** @description The campaign. */
            campaign?: string | null;
            /** @description The skillbase. */
            skillbase?: string | null;
        };
        /** @description Seconds from dialing to the answer, or to the end of a call that nobody answered, over the `n` calls for which it is known. */
        RingFigures: {
            /** @description How many measurements the figure is over. */
            n: number;
            /** @description Average. Null: not measured. */
            avg: number | null;
        };
        /** @description Seconds from the answer to the end, over the `n` answered calls whose duration is known. */
        DurationFigures: {
            /** @description How many measurements the figure is over. */
            n: number;
            /** @description Average. Null: not measured. */
            avg: number | null;
            /** @description Smallest value. Null: not measured. */
            min: number | null;
            /** @description Largest value. Null: not measured. */
            max: number | null;
            /** @description Sum. Null: not measured. */
            sum: number | null;
        };
        /** @description Latencies of each stage of a reply. */
        LatencyFiguresByStage: {
            ttfb_stt: components["schemas"]["LatencyFigures"];
            latency_llm: components["schemas"]["LatencyFigures"];
            ttfb_tts: components["schemas"]["LatencyFigures"];
            eou_latency: components["schemas"]["LatencyFigures"];
            e2e_latency: components["schemas"]["LatencyFigures"];
        };
        /** @description Of the calls that report interruptions: `n` is the number of their bot turns, `turns` that of all their turns. null: not measured. */
        InterruptionFigures: {
            /** @description How many measurements the figure is over. */
            n: number;
            /** @description How many there are. */
            count: number | null;
            rate: number | null;
            /** @description Turns of both sides. */
            turns: number;
            per_turn: number | null;
        };
        /** @description `n` is the number of replies whose beginning relative to the end of the caller's speech is known: bot turns with an `e2e_latency` or `eou_latency`, and overlaps. `count` of them began before the caller had finished; `rate` is their share. null: not measured. */
        OverlapFigures: {
            /** @description How many measurements the figure is over. */
            n: number;
            /** @description How many there are. */
            count: number | null;
            /** @description The share. Null: not measured. */
            rate: number | null;
        };
        CountChange: {
            /** @description The value of the period. Null: not measured. */
            value: number | null;
            /** @description The value of the period before. Null: not measured. */
            previous: number | null;
            /** @description The change as a share of the previous value: 0.25 is a quarter more. Null: nothing to compare with. */
            change: number | null;
        };
        ShareChange: {
            /** @description The value of the period. Null: not measured. */
            value: number | null;
            /** @description The value of the period before. Null: not measured. */
            previous: number | null;
            /** @description The change as a share of the previous value: 0.25 is a quarter more. Null: nothing to compare with. */
            change: number | null;
        };
        AmountChange: {
            /** @description The value of the period. Null: not measured. */
            value: number | null;
            /** @description The value of the period before. Null: not measured. */
            previous: number | null;
            /** @description The change as a share of the previous value: 0.25 is a quarter more. Null: nothing to compare with. */
            change: number | null;
        };
        MoneyChange: {
            value: string | null;
            previous: string | null;
            /** @description The change as a share of the previous value: 0.25 is a quarter more. Null: nothing to compare with. */
            change: number | null;
        };
        CostsOfDay: {
            /**
             * Format: date-time
             * @description Start of the period, inclusive.
             */
            start: string;
            /**
             * Format: date-time
             * @description End of the period, exclusive.
             */
            end: string;
            /** @description Calls of the day. */
            calls: number;
            cost: components["schemas"]["CostFigures"];
            usage: components["schemas"]["UsageFigures"];
        };
        CostsOfSkillbase: {
            /** @description The skillbase. Null: the calls that have none. */
            skillbase_id: string | null;
            /** @description Display name. */
            name: string | null;
            /** @description Calls of the skillbase. */
            calls: number;
            cost: components["schemas"]["CostFigures"];
            usage: components["schemas"]["UsageFigures"];
        };
        CostsOfCampaign: {
            /** @description The campaign. Null: the calls that have none. */
            campaign_id: string | null;
            /** @description Display name. */
            name: string | null;
            /** @description Calls of the campaign. */
            calls: number;
            cost: components["schemas"]["CostFigures"];
            usage: components["schemas"]["UsageFigures"];
        };
        /** @description One utterance of one side, with what was measured. */
        CallDetailTurn: {
            /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
            turn_index: number;
            /**
             * @description Who spoke.
             * @enum {string}
             */
            role: "user" | "assistant" | "system";
            /** @description State of the conversation flow in which the turn was spoken. Null: not reported. */
            state_id: string | null;
            ttfb_stt: number | null;
            latency_stt: number | null;
            latency_llm: number | null;
            ttfb_tts: number | null;
            latency_tts: number | null;
            eou_latency: number | null;
            e2e_latency: number | null;
            /** @description `e2e_latency` was not reported: it is eou_latency + latency_llm + ttfb_tts. A generation that starts before the utterance has ended makes this sum too long. */
            is_e2e_computed: boolean;
            overlap_ms: number | null;
            /** @description The other side began to speak before the turn was over. Null: not known. */
            was_interrupted: boolean | null;
            is_filler: boolean | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
        };
        SampledNumber: {
            /** @description The value of the period. Null: not measured. */
            value: number | null;
            /** @description How many measurements the figure is over. */
            n: number;
        };
        SampledMoney: {
            value: string | null;
            /** @description How many measurements the figure is over. */
            n: number;
        };
        /** @description 95 % confidence interval of the share (Wilson score interval). */
        ShareInterval: {
            /** @description Lower end. */
            low: number;
            /** @description Upper end. */
            high: number;
        };
        SampledShare: {
            /** @description The value of the period. Null: not measured. */
            value: number | null;
            /** @description How many measurements the figure is over. */
            n: number;
            interval: components["schemas"]["ShareInterval"] | null;
        };
        ComparisonCompared: {
            /** @description Answered calls with the outcome `success` / answered calls. */
            success_rate: components["schemas"]["ComparedRate"];
            /** @description Answered calls / dialed calls. */
            answer_rate: components["schemas"]["ComparedRate"];
            /** @description Interrupted turns of the agent / turns of the agent. */
            interruption_rate: components["schemas"]["ComparedNumber"];
            /** @description Interruptions / turns of both sides. */
            interruptions_per_turn: components["schemas"]["ComparedNumber"];
            /** @description Replies that began before the caller had finished / replies. */
            overlap_rate: components["schemas"]["ComparedNumber"];
            /** @description Median of `e2e_latency`, ms. Reply latency: time from the end of the user's speech to the first sound of the reply. As reported, otherwise `eou_latency` + `latency_llm` + `ttfb_tts`. */
            e2e_latency_p50: components["schemas"]["ComparedNumber"];
            /** @description 95th percentile of `e2e_latency`, ms. Reply latency: time from the end of the user's speech to the first sound of the reply. As reported, otherwise `eou_latency` + `latency_llm` + `ttfb_tts`. */
            e2e_latency_p95: components["schemas"]["ComparedNumber"];
            /** @description Median of `eou_latency`, ms. End of utterance: time from the end of the user's speech to the decision that the turn is over. It includes the transcription. */
            eou_latency_p50: components["schemas"]["ComparedNumber"];
            /** @description 95th percentile of `eou_latency`, ms. End of utterance: time from the end of the user's speech to the decision that the turn is over. It includes the transcription. */
            eou_latency_p95: components["schemas"]["ComparedNumber"];
            /** @description Average seconds from dialing to the answer, or to the end of a call that nobody answered. */
            ring_avg_sec: components["schemas"]["ComparedNumber"];
            /** @description Average seconds from the answer to the end. */
            duration_avg_sec: components["schemas"]["ComparedNumber"];
            cost_per_call: components["schemas"]["ComparedMoney"];
            cost_per_minute: components["schemas"]["ComparedMoney"];
        };
        /** @description Milliseconds, over turns. Values are null when the latency was never measured. A percentile is the value at rank p (n - 1) of the ascending values, counted from 0, with linear interpolation between the two closest ranks; it is within 1 % of the exact value. */
        LatencyOfDay: {
            /** @description Turns for which this latency was measured. */
            n: number;
            /** @description Median. Null: not measured. */
            p50: number | null;
            /** @description 95th percentile. Null: not measured. */
            p95: number | null;
            /** @description `n` is below 10, so percentiles depend on single values. */
            few_samples: boolean;
        };
        LatencyHistogramBucket: {
            /** @description Values are above it. */
            lower_ms: number;
            /** @description Values are at most this. */
            upper_ms: number;
            /** @description How many there are. */
            count: number;
        };
        /** @description When the brief was first requested, by the clock of the contact. The system prompt states it, so that the model can work out "tomorrow". */
        ContactTime: {
            /**
             * Format: date-time
             * @description The instant.
             */
            at: string;
            /**
             * Format: date
             * @description Local date.
             */
            date: string;
            /** @description HH:MM. */
            time: string;
            /**
             * @description Local weekday.
             * @enum {string}
             */
            weekday: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
            /** @description IANA time zone. */
            timezone: string;
            /** @description Of the zone at this time. */
            utc_offset: string;
            /** @description false: the contact may be in another zone. The time is that of the campaign, of one of the possible zones, or else UTC. */
            is_timezone_certain: boolean;
        };
        ConversationTransition: {
            /** @description The state that the transition enters. */
            to: string;
            condition: string | null;
        };
        ConversationFlowState: {
            /** @description Id of the state. */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description What the bot has to do in the state. Null: nothing beyond the system prompt. */
            prompt: string | null;
            /** @description The conversation ends in this state. */
            is_end: boolean;
            /** @description Transitions out of the state. The first one whose condition is met is followed. */
            next: components["schemas"]["ConversationTransition"][];
        };
        /** @description The flow of the conversation as a graph of states. */
        ConversationFlow: {
            /**
             * @description `linear`: the states in their order. `graph`: along the transitions.
             * @enum {string}
             */
            type: "linear" | "graph";
            /** @description The state in which the conversation starts. */
            initial: string;
            /** @description The states of the conversation. */
            states: components["schemas"]["ConversationFlowState"][];
        };
        ModelFunction: {
            /** @description Display name. */
            name: string;
            /** @description Free text for people. Null: none. */
            description: string;
            /** @description JSON Schema of the arguments. */
            parameters: {
                [key: string]: unknown;
            };
        };
        PromptVariable: {
            /** @description Display name. */
            name: string;
            value: string | null;
        };
        BriefToolHttpHeader: {
            /** @description Display name. */
            name: string;
            /** @description Name of a secret whose value the agent has. The header is the prefix followed by this value. */
            secret: string;
            /** @description Text before the secret. */
            prefix: string;
        };
        /** @description The HTTP request to send. For GET and DELETE the arguments are the query, otherwise the JSON body. */
        BriefToolHttp: {
            /** @description The URL that receives the requests. */
            url: string;
            /**
             * @description Method of the HTTP request.
             * @enum {string}
             */
            method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
            /** @description Headers of the request. Each contains a secret. */
            headers: components["schemas"]["BriefToolHttpHeader"][];
            /** @description Timeout of the request, ms. */
            timeout_ms: number;
        };
        BriefTool: {
            /** @description Display name. */
            name: string;
            /**
             * @description What the function does.
             * @enum {string}
             */
            type: "http" | "handoff" | "end_call";
            http: components["schemas"]["BriefToolHttp"] | null;
            destination: string | null;
            message: string | null;
        };
        BriefStt: {
            /** @description Provider of speech recognition. */
            provider: string;
            model: string | null;
            /** @description BCP 47. */
            language: string;
        };
        BriefLlm: {
            /** @description Provider of the language model. */
            provider: string;
            /** @description The provider's name of the model. */
            model: string;
            /** @description Sampling temperature of the model. Null: the default of the provider. */
            temperature: number | null;
            /** @description Maximum number of tokens of one reply. Null: the default of the provider. */
            max_tokens: number | null;
        };
        BriefTts: {
            /** @description Provider of speech synthesis. */
            provider: string;
            model: string | null;
            /** @description The provider's id of the voice. */
            voice_id: string;
            speed: number | null;
            /** @description BCP 47. */
            language: string;
        };
        BriefLimits: {
            max_call_duration_sec: number | null;
            answer_timeout_sec: number | null;
        };
        /** @description Where the agent reports turns and the result. */
        BriefReport: {
            /** @description Where this brief can be read again. */
            brief_url: string;
            /** @description Where the agent reports turns (POST). */
            turns_url: string;
            /** @description Where the agent reports the end of the call (POST). */
            complete_url: string;
            /** @description Where the agent reports turns and ends in batches (POST). */
            telemetry_url: string;
            /** @description Bearer token for these four URLs and this call only. It expires one hour after the call has ended. */
            token: string;
        };
        DeliveryAttempt: {
            /** @description Number of the attempt, starting at 1. */
            n: number;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description Status of the response. Null: there was none. */
            http_status: number | null;
            /** @description Why it failed. Null: it did not. */
            error: string | null;
            /** @description Time from the start of the request to the response, in milliseconds. */
            duration_ms: number;
        };
        Liveness: {
            /**
             * @description Always `ok`.
             * @enum {string}
             */
            status: "ok";
        };
        Startup: {
            /** @description `ok` or `starting`. */
            status: string;
        };
        Readiness: {
            /** @description `ok` or `unready`. */
            status: string;
            /** @description Why the service is not ready; empty when it is. */
            reasons: string[];
            timezone_data: components["schemas"]["TimezoneData"];
        };
        CompanyPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Company"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreateCompany: {
            /** @description Display name. */
            name: string;
            /** @description Unique. Lower-case letters and digits, with single hyphens between them. */
            slug: string;
            /** @description Email address for contact. Null: none. */
            email?: string | null;
            /** @description Phone number for contact, in any notation. Null: none. */
            phone?: string | null;
            /** @description Settings of your own programs. At most 64 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            settings?: {
                [key: string]: unknown;
            };
            limits?: components["schemas"]["CompanyLimits"];
        };
        UpdateCompany: {
            /** @description Display name. */
            name?: string;
            /** @description Unique. Lower-case letters and digits, with single hyphens between them. */
            slug?: string;
            /** @description Email address for contact. Null: none. */
            email?: string | null;
            /** @description Phone number for contact, in any notation. Null: none. */
            phone?: string | null;
            /** @description Settings of your own programs. At most 64 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            settings?: {
                [key: string]: unknown;
            };
            limits?: components["schemas"]["CompanyLimits"];
            /** @description false deactivates the company: its keys are rejected with 403. */
            is_active?: boolean;
        };
        ApiKeyPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["ApiKey"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreateApiKey: {
            /** @description Display name. */
            name: string;
            /** @description What the key may be used for. */
            scopes: ("read" | "write" | "ingest" | "admin")[];
            expires_at?: string | null;
        };
        UpdateApiKey: {
            /** @description Display name. */
            name: string;
        };
        CampaignPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Campaign"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreateCampaign: {
            /** @description Display name. */
            name: string;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id: string;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version?: number | null;
            /**
             * @description Which version a campaign without a skillbase_version runs. It applies until the campaign has started. `when_scheduled`: The version that is published when the start is requested, also if `start_time` is later. `when_started`: The version that is published when the campaign starts to run: at its `start_time`.
             * @enum {string}
             */
            version_pinning?: "when_scheduled" | "when_started";
            /**
             * @description When the campaign is completed. `when_done`: The campaign is completed once no contact waits and none is being called. `never`: The campaign stays running with an empty queue, and calls contacts that are added later. Only its `end_time` or a stop ends it.
             * @enum {string}
             */
            completes?: "when_done" | "never";
            /** @description Free text for people. Null: none. */
            description?: string | null;
            start_time?: string | null;
            end_time?: string | null;
            daily_start_time?: string | null;
            daily_end_time?: string | null;
            /** @description IANA time zone. */
            timezone?: string;
            days_of_week?: number[] | null;
            /** @description Dates without calls, in the zone of the campaign and in the zone of the contact. */
            blackout_dates?: string[];
            contact_daily_start_time?: string | null;
            contact_daily_end_time?: string | null;
            /**
             * @description How a contact is called who may be in several time zones. `strictest`: The contact is called while the calling hours are open in all these time zones. `campaign`: The contact is called as if it were in the time zone of the campaign.
             * @enum {string}
             */
            unknown_zone?: "strictest" | "campaign";
            /** @description Maximum number of live calls of the campaign at a time. */
            max_concurrent_calls?: number;
            /** @description Maximum number of call attempts of the campaign in a minute. */
            calls_per_minute?: number;
            max_attempts?: number | null;
            /** @description Maximum number of retries of a contact per kind of outcome, unless retry_policy has another number. */
            max_retries?: number;
            /** @description Minutes. */
            retry_delay_minutes?: number;
            /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
            retry_policy?: {
                [key: string]: components["schemas"]["OutcomeRetries"];
            };
            /** @description Share relative to other campaigns. */
            weight?: number;
            caller_number?: string | null;
            /** @description Seconds. */
            ring_timeout_sec?: number;
            /** @description Seconds. */
            max_call_duration_sec?: number;
        };
        UpdateCampaign: {
            /** @description Display name. */
            name?: string;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id?: string;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version?: number | null;
            /**
             * @description Which version a campaign without a skillbase_version runs. It applies until the campaign has started. `when_scheduled`: The version that is published when the start is requested, also if `start_time` is later. `when_started`: The version that is published when the campaign starts to run: at its `start_time`.
             * @enum {string}
             */
            version_pinning?: "when_scheduled" | "when_started";
            /**
             * @description When the campaign is completed. `when_done`: The campaign is completed once no contact waits and none is being called. `never`: The campaign stays running with an empty queue, and calls contacts that are added later. Only its `end_time` or a stop ends it.
             * @enum {string}
             */
            completes?: "when_done" | "never";
            /** @description Free text for people. Null: none. */
            description?: string | null;
            start_time?: string | null;
            end_time?: string | null;
            daily_start_time?: string | null;
            daily_end_time?: string | null;
            /** @description IANA time zone. */
            timezone?: string;
            days_of_week?: number[] | null;
            /** @description Dates without calls, in the zone of the campaign and in the zone of the contact. */
            blackout_dates?: string[];
            contact_daily_start_time?: string | null;
            contact_daily_end_time?: string | null;
            /**
             * @description How a contact is called who may be in several time zones. `strictest`: The contact is called while the calling hours are open in all these time zones. `campaign`: The contact is called as if it were in the time zone of the campaign.
             * @enum {string}
             */
            unknown_zone?: "strictest" | "campaign";
            /** @description Maximum number of live calls of the campaign at a time. */
            max_concurrent_calls?: number;
            /** @description Maximum number of call attempts of the campaign in a minute. */
            calls_per_minute?: number;
            max_attempts?: number | null;
            /** @description Maximum number of retries of a contact per kind of outcome, unless retry_policy has another number. */
            max_retries?: number;
            /** @description Minutes. */
            retry_delay_minutes?: number;
            /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
            retry_policy?: {
                [key: string]: components["schemas"]["OutcomeRetries"];
            };
            /** @description Share relative to other campaigns. */
            weight?: number;
            caller_number?: string | null;
            /** @description Seconds. */
            ring_timeout_sec?: number;
            /** @description Seconds. */
            max_call_duration_sec?: number;
        };
        /** @description No fields. */
        EmptyBody: Record<string, never>;
        RestartCampaign: {
            /** @description Statuses of the contacts to return to the queue. Default: failed. */
            statuses?: ("failed" | "cancelled" | "skipped")[];
            /** @description Only contacts whose latest outcome is one of these. */
            outcomes?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
            /** @description Contacts that are left out unless they are asked for, by their latest outcome: `invalid_number` (the number does not exist), `blocked` (the callee blocks calls), `suppressed` (the number was suppressed, and is not any more). Default: none. */
            include?: ("invalid_number" | "blocked" | "suppressed")[];
        };
        CloneCampaign: {
            /** @description Display name. */
            name?: string;
            /**
             * @description Contacts to copy. Default: none. `unreached`: those that were not reached, without those whose outcome is invalid_number, blocked or suppressed, or whose number is suppressed.
             * @enum {string}
             */
            contacts?: "none" | "all" | "unreached";
        };
        CampaignEventPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["CampaignEvent"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CallTaskPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["CallTask"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        FurtherNumberInput: {
            /** @description A number in any notation, with its extension; further numbers after it are stored as further_numbers. */
            phone_number: string;
            phone_extension?: string | null;
        };
        /** @description A contact to call. */
        CallTaskInput: {
            /** @description A number in any notation, with its extension; further numbers after it are stored as further_numbers. */
            phone_number: string;
            phone_extension?: string | null;
            /** @description Other numbers of the contact, in their order. The next one is called when a number does not exist. */
            further_numbers?: components["schemas"]["FurtherNumberInput"][];
            /** @description Name of the contact, for variables of the prompt. Null: not known. */
            contact_name?: string | null;
            /** @description Data of the contact, for variables of the prompt. At most 64 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            contact_data?: {
                [key: string]: unknown;
            };
            /** @description Contacts with a higher priority are dialed first. */
            priority?: number;
            timezone?: string | null;
            next_attempt_at?: string | null;
        };
        AddCallTasks: {
            /** @description The contacts. */
            tasks: components["schemas"]["CallTaskInput"][];
            /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
            default_country?: string;
        };
        UpdateCallTask: {
            /**
             * @description Also accepted: `canceled` for `cancelled`; `queued` for `pending`.
             * @enum {string}
             */
            status?: "cancelled" | "pending";
            phone_extension?: string | null;
            /** @description Other numbers of the contact, in their order. The next one is called when a number does not exist. */
            further_numbers?: components["schemas"]["FurtherNumberInput"][];
            /** @description Name of the contact, for variables of the prompt. Null: not known. */
            contact_name?: string | null;
            /** @description Data of the contact, for variables of the prompt. At most 64 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            contact_data?: {
                [key: string]: unknown;
            };
            /** @description Contacts with a higher priority are dialed first. */
            priority?: number;
            timezone?: string | null;
            next_attempt_at?: string | null;
        };
        SuppressionInput: {
            /** @description The number to suppress, in any notation. */
            phone_number: string;
            /** @description Why the number is not called. Absent: the reason of the request. */
            reason?: string;
            /** @description Free text for people, such as who asked for it. Null: none. */
            note?: string | null;
            /** @description When it stops being valid. Null: never. */
            expires_at?: string | null;
        };
        ImportSuppressions: {
            /** @description The numbers. */
            suppressions: components["schemas"]["SuppressionInput"][];
        };
        ImportSuppressionsForm: {
            /** @description ISO 3166 country of phone numbers without a country code. */
            default_country?: string;
            /** @description Encoding of the file: a label of the WHATWG Encoding Standard. Default: detected. */
            encoding?: string;
            /** @description Delimiter of a CSV file: , ; | or a tab. Default: detected. */
            delimiter?: string;
            /** @description Name of the sheet of a workbook. Default: the first visible one. */
            sheet?: string;
            /**
             * @description Whether rows that are hidden in a workbook, for example by a filter, are read. Default: skip.
             * @enum {string}
             */
            hidden_rows?: "skip" | "take";
            /**
             * @description How digits without + are read that are valid both as a number of default_country and as an international number. Default: their rows are rejected.
             * @enum {string}
             */
            numbers_without_plus?: "national" | "international";
            /**
             * @description true: change nothing, and return what would happen.
             * @enum {string}
             */
            dry_run?: "true" | "false";
            /**
             * @description Reason of rows without one. Default: do_not_call.
             * @enum {string}
             */
            reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
            /** @description JSON object: column name to phone_number, reason, note, expires_at, or null to ignore the column. */
            mapping?: string;
            /** @description Time zone of values of expires_at without an offset. Default: their rows are rejected. */
            timezone?: string;
            /**
             * @description What to do with a cell that can be read as several numbers: reject the row (default), or suppress each of these numbers.
             * @enum {string}
             */
            ambiguous_numbers?: "reject" | "suppress_all_readings";
            /**
             * Format: binary
             * @description CSV, XLSX or JSON Lines, up to 100 MB and 2,000,000 rows. It must be the last part of the form.
             */
            file: string;
        };
        UploadCallListForm: {
            /** @description JSON object: column name to phone_number, contact_name, timezone, priority, next_attempt_at, a key of contact_data, or null to ignore the column. */
            mapping?: string;
            /**
             * @description What to do with a row whose number the campaign already has. Default: skip. `skip`: Keeps the contact that the campaign has, and skips the row. `update`: Updates the contact that the campaign has with the values of the row. `reject`: Rejects the row and reports it.
             * @enum {string}
             */
            on_duplicate?: "skip" | "update" | "reject";
            /** @description ISO 3166 country of phone numbers without a country code. */
            default_country?: string;
            /** @description Encoding of the file: a label of the WHATWG Encoding Standard. Default: detected. */
            encoding?: string;
            /** @description Delimiter of a CSV file: , ; | or a tab. Default: detected. */
            delimiter?: string;
            /** @description Name of the sheet of a workbook. Default: the first visible one. */
            sheet?: string;
            /**
             * @description Whether rows that are hidden in a workbook, for example by a filter, are read. Default: skip.
             * @enum {string}
             */
            hidden_rows?: "skip" | "take";
            /**
             * @description How digits without + are read that are valid both as a number of default_country and as an international number. Default: their rows are rejected.
             * @enum {string}
             */
            numbers_without_plus?: "national" | "international";
            /**
             * @description true: change nothing, and return what would happen.
             * @enum {string}
             */
            dry_run?: "true" | "false";
            /** @description Time zone of values of next_attempt_at without an offset, in rows without a time zone. Default: the time zone of the contact. */
            timezone?: string;
            /**
             * @description Accept a file without columns for the variables that the skillbase uses.
             * @enum {string}
             */
            allow_missing_columns?: "true" | "false";
            /**
             * Format: binary
             * @description CSV, XLSX or JSON Lines, up to 100 MB and 2,000,000 rows. It must be the last part of the form.
             */
            file: string;
        };
        ImportPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Import"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        RejectedRowPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["RejectedRow"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        SuppressionPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Suppression"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreateSuppression: {
            /** @description The number to suppress, in any notation. */
            phone_number: string;
            /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
            default_country?: string;
            /**
             * @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given.
             * @enum {string}
             */
            reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
            /** @description Free text for people, such as who asked for it. Null: none. */
            note?: string | null;
            /** @description The suppression ends at this time. Null: it does not expire. */
            expires_at?: string | null;
        };
        UpdateSuppression: {
            /**
             * @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given.
             * @enum {string}
             */
            reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
            /** @description Free text for people, such as who asked for it. Null: none. */
            note?: string | null;
            /** @description The suppression ends at this time. Null: it does not expire. */
            expires_at?: string | null;
        };
        /** @description What happened to a call. */
        CarrierEvent: {
            /** @description Your own id of the event. It is not stored. */
            event_id?: string;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            /**
             * @description What happened to the call.
             * @enum {string}
             */
            type: "dialing" | "ringing" | "answered" | "ended";
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            at: string;
            /**
             * @description For ended only: how the call ended. Omit it when a conversation took place, so that the agent reports the outcome.
             * @enum {string}
             */
            outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            /** @description A longer text is cut off, with a warning. */
            ended_reason?: string;
            /**
             * Format: date-time
             * @description For ended: when the call was answered.
             */
            answered_at?: string;
        };
        ReportCarrierEvents: {
            /** @description The events, in any order. */
            events: components["schemas"]["CarrierEvent"][];
        };
        PlaceTestCall: {
            /** @description The number to call, in E.164 format. */
            phone_number: string;
            /** @description The version of the skillbase to run; the newest by default. */
            version?: number;
            /** @description The caller number to show. The carrier chooses one by default. */
            caller_number?: string;
            /** @description Name of the contact, for variables of the prompt. Null: not known. */
            contact_name?: string;
            /** @description Values for the variables in the texts of the skillbase. At most 64 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            contact_data?: {
                [key: string]: unknown;
            };
            /**
             * @description Seconds that the number may ring.
             * @default 30
             */
            ring_timeout_sec: number;
            /**
             * @description Seconds that the conversation may last.
             * @default 600
             */
            max_call_duration_sec: number;
        };
        ReceiveLivekitWebhook: {
            /** @description What happened. */
            event: string;
            /** @description Id of the webhook, for the log. */
            id?: string;
            /** @description When LiveKit made the webhook, seconds since 1970. */
            createdAt?: string | number;
            /** @description The room, as LiveKit describes it. */
            room?: {
                [key: string]: unknown;
            };
            /** @description The participant, as LiveKit describes it. */
            participant?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        CallPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Call"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        DateOrDateTime: string;
        CreateCall: {
            /**
             * @description Whether the platform calls, or is called.
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id?: string;
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id?: string;
            /** @description Phone numbers are stored in E.164. Other values, such as "anonymous", are stored unchanged. */
            caller_number?: string;
            /** @description Phone numbers are stored in E.164. Other values, such as "anonymous", are stored unchanged. */
            callee_number?: string;
            /** @description The id of the call in your own system. Unique in the company. */
            external_call_id?: string;
            /** @description The LiveKit room of the call. Null: none. */
            livekit_room_id?: string;
            /** @description A BCP 47 language tag. */
            language?: string;
            /**
             * @description Also accepted: `pending` for `queued`; `initiated`, `calling` for `dialing`; `in_progress`, `running`, `connected` for `active`.
             * @enum {string}
             */
            status?: "queued" | "dialing" | "ringing" | "active";
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            started_at?: string;
        };
        UpdateCall: {
            /**
             * @description `queued`: Waiting for a worker to dial it. `dialing`: The carrier is placing the call. `ringing`: The callee's phone is ringing. `active`: The call was answered and has not ended. `completed`: The call ended after it was answered. `failed`: The call ended without a conversation, or the carrier or the voice agent failed. `cancelled`: The call was cancelled before its regular end, or was never placed. Also accepted: `pending` for `queued`; `initiated`, `calling` for `dialing`; `in_progress`, `running`, `connected` for `active`; `canceled` for `cancelled`.
             * @enum {string}
             */
            status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            outcome_data?: {
                [key: string]: unknown;
            } | null;
            collected_data?: {
                [key: string]: unknown;
            } | null;
            ended_reason?: string | null;
            language?: string | null;
            /** @description The LiveKit room of the call. Null: none. */
            livekit_room_id?: string | null;
        };
        RateCall: {
            /** @description Rating of the conversation by a person, from 1 (bad) to 5 (good). Null: not rated. */
            rating: number;
        };
        /** @description One utterance of one side, as the agent reports it. */
        TurnInput: {
            /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
            turn_index: number;
            /**
             * @description Who spoke.
             * @enum {string}
             */
            role: "user" | "assistant" | "system";
            /** @description What was said. Null: not recorded. */
            content?: string | null;
            state_id?: string | null;
            ttfb_stt?: number | null;
            latency_stt?: number | null;
            latency_llm?: number | null;
            ttfb_tts?: number | null;
            latency_tts?: number | null;
            eou_latency?: number | null;
            e2e_latency?: number | null;
            stt_duration_sec?: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens?: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens?: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens?: number | null;
            /** @description Characters that were synthesized. */
            tts_characters?: number | null;
            /** @description The other side began to speak before the turn was over. Null: not known. */
            was_interrupted?: boolean | null;
            is_filler?: boolean | null;
            sentiment?: number | null;
            extra_data?: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            created_at?: string;
            started_speaking_at?: string | null;
            stopped_speaking_at?: string | null;
            llm_cache_write_tokens?: number | null;
            llm_cache_write_1h_tokens?: number | null;
            llm_audio_input_tokens?: number | null;
            llm_cached_audio_input_tokens?: number | null;
            llm_image_input_tokens?: number | null;
            llm_cached_image_input_tokens?: number | null;
            llm_audio_output_tokens?: number | null;
            llm_image_output_tokens?: number | null;
            llm_session_sec?: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens?: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens?: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens?: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens?: number | null;
            tts_duration_sec?: number | null;
        };
        AddCallTurns: {
            /** @description Turns of both sides. */
            turns: components["schemas"]["TurnInput"][];
        };
        /** @description USD as billed by the providers. A reported amount replaces the calculated one. */
        ReportedCost: {
            /** @description USD, as a number or as a decimal string. */
            stt?: number | string;
            /** @description USD, as a number or as a decimal string. */
            llm?: number | string;
            /** @description USD, as a number or as a decimal string. */
            tts?: number | string;
            /** @description USD, as a number or as a decimal string. */
            livekit?: number | string;
            /** @description USD, as a number or as a decimal string. */
            total?: number | string;
        };
        CompleteCall: {
            /**
             * @description Also accepted: `canceled` for `cancelled`.
             * @enum {string}
             */
            status?: "completed" | "failed" | "cancelled";
            /**
             * @description How the call ended. `success`: The conversation reached its goal. `fail`: A conversation took place and did not reach its goal. `callback`: The contact asked to be called again; the next attempt is made at the requested time, if it is known. `transferred`: The call was transferred to a person. `max_duration`: The conversation was ended because it reached `max_call_duration_sec`. `no_answer`: Nobody answered the call. `busy`: The line was busy. `voicemail`: A voicemail or an answering machine answered. `declined`: The callee rejected the call. `invalid_number`: The carrier reported that the number does not exist or cannot be called. `blocked`: The callee, or a call-blocking service for them, blocked the call; the number is suppressed. `carrier_error`: The carrier or its SIP trunk failed. `no_capacity`: The carrier had no capacity left for the call. `agent_error`: The voice agent failed, did not join, or did not report how a conversation ended. `suppressed`: The contact was not called, because the number is on the suppression list. `outside_window`: The contact was not called: its calling window was closed, or the campaign ended before it opened. `cancelled`: The call was cancelled, or the carrier had never placed it. `lost`: How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it.
             * @enum {string}
             */
            outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            /** @description From 0 to 1. */
            outcome_confidence?: number;
            /** @description Why the agent chose the outcome. Null: not reported. */
            outcome_reason?: string;
            /** @description Why the call ended, in the words of the carrier or the agent. Null: not known. */
            ended_reason?: string;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            answered_at?: string;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            ended_at?: string;
            /** @description Seconds from the answer to the end. It sets the end of a call whose answer is known, otherwise the answer. Not used when both are known. A longer time than since the answer is shortened to it. */
            duration_sec?: number;
            /** @description Seconds. */
            livekit_duration_sec?: number;
            /** @description Turns of the agent that the user interrupted. Null: not measured. */
            interruption_count?: number;
            /** @description From -1 (negative) to 1 (positive). */
            sentiment_score?: number;
            /** @description What the conversation found out. At most 256 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            collected_data?: {
                [key: string]: unknown;
            };
            reported_cost?: components["schemas"]["ReportedCost"];
            providers?: components["schemas"]["Providers"];
        };
        TurnOfCallInput: {
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
            turn_index: number;
            /**
             * @description Who spoke.
             * @enum {string}
             */
            role: "user" | "assistant" | "system";
            /** @description What was said. Null: not recorded. */
            content?: string | null;
            state_id?: string | null;
            ttfb_stt?: number | null;
            latency_stt?: number | null;
            latency_llm?: number | null;
            ttfb_tts?: number | null;
            latency_tts?: number | null;
            eou_latency?: number | null;
            e2e_latency?: number | null;
            stt_duration_sec?: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens?: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens?: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens?: number | null;
            /** @description Characters that were synthesized. */
            tts_characters?: number | null;
            /** @description The other side began to speak before the turn was over. Null: not known. */
            was_interrupted?: boolean | null;
            is_filler?: boolean | null;
            sentiment?: number | null;
            extra_data?: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            created_at?: string;
            started_speaking_at?: string | null;
            stopped_speaking_at?: string | null;
            llm_cache_write_tokens?: number | null;
            llm_cache_write_1h_tokens?: number | null;
            llm_audio_input_tokens?: number | null;
            llm_cached_audio_input_tokens?: number | null;
            llm_image_input_tokens?: number | null;
            llm_cached_image_input_tokens?: number | null;
            llm_audio_output_tokens?: number | null;
            llm_image_output_tokens?: number | null;
            llm_session_sec?: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens?: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens?: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens?: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens?: number | null;
            tts_duration_sec?: number | null;
        };
        CallCompletion: {
            /**
             * Format: uuid
             * @description The call. Null: none.
             */
            call_id: string;
            /**
             * @description Also accepted: `canceled` for `cancelled`.
             * @enum {string}
             */
            status?: "completed" | "failed" | "cancelled";
            /**
             * @description How the call ended. `success`: The conversation reached its goal. `fail`: A conversation took place and did not reach its goal. `callback`: The contact asked to be called again; the next attempt is made at the requested time, if it is known. `transferred`: The call was transferred to a person. `max_duration`: The conversation was ended because it reached `max_call_duration_sec`. `no_answer`: Nobody answered the call. `busy`: The line was busy. `voicemail`: A voicemail or an answering machine answered. `declined`: The callee rejected the call. `invalid_number`: The carrier reported that the number does not exist or cannot be called. `blocked`: The callee, or a call-blocking service for them, blocked the call; the number is suppressed. `carrier_error`: The carrier or its SIP trunk failed. `no_capacity`: The carrier had no capacity left for the call. `agent_error`: The voice agent failed, did not join, or did not report how a conversation ended. `suppressed`: The contact was not called, because the number is on the suppression list. `outside_window`: The contact was not called: its calling window was closed, or the campaign ended before it opened. `cancelled`: The call was cancelled, or the carrier had never placed it. `lost`: How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it.
             * @enum {string}
             */
            outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            /** @description From 0 to 1. */
            outcome_confidence?: number;
            /** @description Why the agent chose the outcome. Null: not reported. */
            outcome_reason?: string;
            /** @description Why the call ended, in the words of the carrier or the agent. Null: not known. */
            ended_reason?: string;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            answered_at?: string;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            ended_at?: string;
            /** @description Seconds from the answer to the end. It sets the end of a call whose answer is known, otherwise the answer. Not used when both are known. A longer time than since the answer is shortened to it. */
            duration_sec?: number;
            /** @description Seconds. */
            livekit_duration_sec?: number;
            /** @description Turns of the agent that the user interrupted. Null: not measured. */
            interruption_count?: number;
            /** @description From -1 (negative) to 1 (positive). */
            sentiment_score?: number;
            /** @description What the conversation found out. At most 256 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            collected_data?: {
                [key: string]: unknown;
            };
            reported_cost?: components["schemas"]["ReportedCost"];
            providers?: components["schemas"]["Providers"];
        };
        AddTelemetry: {
            /** @description Turns of both sides. */
            turns?: components["schemas"]["TurnOfCallInput"][];
            /** @description Ends of calls. */
            completions?: components["schemas"]["CallCompletion"][];
        };
        TurnPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Turn"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        PutCallMetrics: {
            ttfb_stt_avg?: number | null;
            ttfb_stt_min?: number | null;
            ttfb_stt_max?: number | null;
            latency_llm_avg?: number | null;
            latency_llm_min?: number | null;
            latency_llm_max?: number | null;
            ttfb_tts_avg?: number | null;
            ttfb_tts_min?: number | null;
            ttfb_tts_max?: number | null;
            eou_latency_avg?: number | null;
            eou_latency_min?: number | null;
            eou_latency_max?: number | null;
            e2e_latency_avg?: number | null;
            e2e_latency_min?: number | null;
            e2e_latency_max?: number | null;
            stt_duration_sec?: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens?: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens?: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens?: number | null;
            /** @description Characters that were synthesized. */
            tts_characters?: number | null;
            livekit_duration_sec?: number | null;
            /** @description Cache write tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cache_write_tokens?: number | null;
            /** @description One-hour cache write tokens of the language model. They are part of `llm_cache_write_tokens`. */
            llm_cache_write_1h_tokens?: number | null;
            /** @description Audio input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_audio_input_tokens?: number | null;
            /** @description Cached audio input tokens of the language model. They are part of `llm_audio_input_tokens`. */
            llm_cached_audio_input_tokens?: number | null;
            /** @description Image input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_image_input_tokens?: number | null;
            /** @description Cached image input tokens of the language model. They are part of `llm_image_input_tokens`. */
            llm_cached_image_input_tokens?: number | null;
            /** @description Audio output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_audio_output_tokens?: number | null;
            /** @description Image output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_image_output_tokens?: number | null;
            llm_session_sec?: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens?: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens?: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens?: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens?: number | null;
            tts_duration_sec?: number | null;
            /** @description Turns of the agent that the user interrupted. Null: not measured. */
            interruption_count?: number | null;
            interruption_rate?: number | null;
            overlap_count?: number | null;
            sentiment_score?: number | null;
            outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            outcome_confidence?: number | null;
            /** @description Why the agent chose the outcome. Null: not reported. */
            outcome_reason?: string | null;
            cost_stt?: (number | string) | null;
            cost_llm?: (number | string) | null;
            cost_tts?: (number | string) | null;
            cost_livekit?: (number | string) | null;
            cost_total?: (number | string) | null;
            /** @description Turns of both sides. */
            turn_count?: number;
            /** @description Turns of the user. */
            user_turn_count?: number;
            /** @description Turns of the agent. */
            bot_turn_count?: number;
            providers?: components["schemas"]["Providers"];
        };
        CallMetricsPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["CallMetrics"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        PricePage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Price"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreatePrice: {
            /**
             * @description What the usage or the price is of.
             * @enum {string}
             */
            component: "stt" | "llm" | "tts" | "livekit";
            /** @description Lower-case letters, digits, "_", "." and "-", starting with a letter or a digit. */
            provider: string;
            /** @description Empty: the price of every model of the provider that has no price of its own. */
            model?: string;
            /**
             * @description The unit that `price` is for.
             * @enum {string}
             */
            unit: "second" | "minute" | "million_characters" | "million_input_tokens" | "million_cached_input_tokens" | "million_cache_write_tokens" | "million_cache_write_1h_tokens" | "million_audio_input_tokens" | "million_cached_audio_input_tokens" | "million_image_input_tokens" | "million_cached_image_input_tokens" | "million_output_tokens" | "million_audio_output_tokens" | "million_image_output_tokens" | "call";
            /** @description A number or a decimal string with at most 9 decimals. */
            price: number | string;
            /** @description A number or a decimal string with at most 6 decimals. */
            minimum?: number | string;
            /** @description A number or a decimal string with at most 6 decimals. */
            increment?: number | string;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            effective_from?: string;
            effective_to?: string | null;
            /** @description Where the price comes from, such as a price list. Null: not given. */
            source?: string;
        };
        UpdatePrice: {
            effective_to?: string | null;
            /** @description Where the price comes from, such as a price list. Null: not given. */
            source?: string | null;
        };
        PriceAliasPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["PriceAlias"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreatePriceAlias: {
            /** @description As agents report it, in any case: a name, a host or a URL. */
            provider: string;
            /** @description As agents report it, in any case. Empty: every model of the provider. */
            model?: string;
            /** @description Lower-case letters, digits, "_", "." and "-", starting with a letter or a digit. */
            price_provider: string;
            /** @description The model in the price book. Empty: the reported model. */
            price_model?: string;
        };
        UpdatePriceAlias: {
            /** @description As agents report it, in any case: a name, a host or a URL. */
            provider?: string;
            /** @description As agents report it, in any case. Empty: every model of the provider. */
            model?: string;
            /** @description Lower-case letters, digits, "_", "." and "-", starting with a letter or a digit. */
            price_provider?: string;
            /** @description The model in the price book. Empty: the reported model. */
            price_model?: string;
        };
        /** @description The usage of one call. Cached, written, audio and image tokens are part of the input or output tokens. */
        CallUsage: {
            /** @description Seconds of audio that speech recognition processed. */
            stt_duration_sec?: number | null;
            /** @description Input tokens of the language model, including cached ones. */
            llm_input_tokens?: number | null;
            /** @description Cached input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cached_input_tokens?: number | null;
            /** @description Output tokens of the language model. */
            llm_output_tokens?: number | null;
            /** @description Characters that were synthesized. */
            tts_characters?: number | null;
            /** @description Cache write tokens of the language model. They are part of `llm_input_tokens`. */
            llm_cache_write_tokens?: number | null;
            /** @description One-hour cache write tokens of the language model. They are part of `llm_cache_write_tokens`. */
            llm_cache_write_1h_tokens?: number | null;
            /** @description Audio input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_audio_input_tokens?: number | null;
            /** @description Cached audio input tokens of the language model. They are part of `llm_audio_input_tokens`. */
            llm_cached_audio_input_tokens?: number | null;
            /** @description Image input tokens of the language model. They are part of `llm_input_tokens`. */
            llm_image_input_tokens?: number | null;
            /** @description Cached image input tokens of the language model. They are part of `llm_image_input_tokens`. */
            llm_cached_image_input_tokens?: number | null;
            /** @description Audio output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_audio_output_tokens?: number | null;
            /** @description Image output tokens of the language model. They are part of `llm_output_tokens`. */
            llm_image_output_tokens?: number | null;
            /** @description Seconds of the connection to a realtime model. */
            llm_session_sec?: number | null;
            /** @description Input tokens of speech recognition that is billed by tokens. */
            stt_input_tokens?: number | null;
            /** @description Output tokens of speech recognition that is billed by tokens. */
            stt_output_tokens?: number | null;
            /** @description Input tokens of speech synthesis that is billed by tokens. */
            tts_input_tokens?: number | null;
            /** @description Output tokens of speech synthesis that is billed by tokens. */
            tts_output_tokens?: number | null;
            /** @description Seconds of speech that were synthesized. */
            tts_duration_sec?: number | null;
            /** @description Seconds of transport of audio. */
            livekit_duration_sec?: number | null;
        };
        EstimateCosts: {
            usage?: components["schemas"]["CallUsage"];
            /** @description Length of the call that `usage` describes. */
            minutes?: number;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id?: string;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version?: number;
            providers?: components["schemas"]["Providers"];
            /** @description Whether the call uses the telephone network. Default: true. */
            is_phone?: boolean;
            /**
             * Format: date-time
             * @description ISO 8601 date and time with an offset or Z.
             */
            at?: string;
        };
        RerateCosts: {
            /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
            start: components["schemas"]["DateOrDateTime"];
            /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
            end: components["schemas"]["DateOrDateTime"];
            /**
             * @description Only report what would change. Costs are changed only when this is false.
             * @default true
             */
            dry_run: boolean;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id?: string;
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id?: string;
        };
        ReratePage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Rerate"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        SkillbaseVersionSummaryPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["SkillbaseVersionSummary"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        PublishSkillbase: {
            /** @description Version number, starting at 1. */
            version?: number;
        };
        RestoreSkillbaseVersion: {
            /** @description Version number, starting at 1. */
            version: number;
        };
        ValidateConfig: {
            /** @description Any JSON value. Its errors are in the response; they do not fail the request. */
            config: unknown;
        };
        ValidateSkillbase: {
            /** @description Any JSON value; the stored config unless given. */
            config?: unknown;
        };
        SkillbasePage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Skillbase"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreateSkillbase: {
            /** @description Display name. */
            name: string;
            /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
            slug: string;
            /** @description Free text for people. Null: none. */
            description?: string | null;
            config: components["schemas"]["SkillbaseConfig"];
        };
        UpdateSkillbase: {
            /** @description Display name. */
            name?: string;
            /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
            slug?: string;
            /** @description Free text for people. Null: none. */
            description?: string | null;
            /** @description false retires the skillbase: new campaigns and calls cannot use it. */
            is_active?: boolean;
            /** @description Merged into the current config. At most 256 KiB as JSON, and 1000 fields. Numbers beyond 2^53 are rejected: send them as strings. */
            config?: {
                [key: string]: unknown;
            };
        };
        PutSkillbase: {
            /** @description Display name. */
            name?: string;
            /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
            slug?: string;
            /** @description Free text for people. Null: none. */
            description?: string | null;
            /** @description false retires the skillbase: new campaigns and calls cannot use it. */
            is_active?: boolean;
            config?: components["schemas"]["SkillbaseConfig"];
        };
        CampaignRowPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["CampaignRow"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        /** @description One query. */
        MetricsQuery: {
            /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
            start?: components["schemas"]["DateOrDateTime"];
            /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
            end?: components["schemas"]["DateOrDateTime"];
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /**
             * Format: uuid
             * @description The skillbase. Null: none.
             */
            skillbase_id?: string;
            /** @description Version of the skillbase. Null: of a campaign, the version that is published when it starts; of a call, not known. */
            skillbase_version?: number;
            /**
             * Format: uuid
             * @description The campaign. Null: none.
             */
            campaign_id?: string;
            /**
             * @description Whether the platform calls, or is called.
             * @enum {string}
             */
            direction?: "inbound" | "outbound";
            /**
             * @description How the call ended.
             * @enum {string}
             */
            outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            /** @description One or two dimensions. In a URL, repeat the parameter or separate them with a comma. */
            group_by?: ("campaign" | "skillbase" | "version" | "outcome" | "direction" | "hour_of_day" | "day_of_week")[];
            /**
             * @description Size of the time buckets. GET /api/analytics/timeseries uses days when it is absent. A response has at most 2000 buckets.
             * @enum {string}
             */
            bucket?: "hour" | "day" | "week" | "month";
        };
        QueryMetrics: {
            /** @description Up to ten queries by name: at most 64 letters, digits, "_" and "-", starting with a letter. A query with `bucket` returns a time series, any other returns metrics. */
            queries: {
                [key: string]: components["schemas"]["MetricsQuery"];
            };
        };
        CallRowPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["CallRow"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        SetAsideCallList: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["SetAsideCall"][];
        };
        CallRowList: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["CallRow"][];
        };
        ActiveCampaignList: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["ActiveCampaign"][];
        };
        WebhookPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Webhook"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        CreateWebhook: {
            /**
             * Format: uri
             * @description An https URL whose host has a public address.
             */
            url: string;
            /** @description Event types to receive. `*` stands for all types except call.turns, which must be listed explicitly. */
            event_types: ("*" | "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "task.updated" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.auto_started" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_reverted" | "campaign.end_passed" | "campaign.set_aside" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.reverted" | "webhook.disabled")[];
            /** @description Free text for people. Null: none. */
            description?: string | null;
            /** @description Whether events are sent to the webhook. */
            is_enabled?: boolean;
        };
        UpdateWebhook: {
            /**
             * Format: uri
             * @description An https URL whose host has a public address.
             */
            url?: string;
            /** @description Event types to receive. `*` stands for all types except call.turns, which must be listed explicitly. */
            event_types?: ("*" | "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "task.updated" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.auto_started" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_reverted" | "campaign.end_passed" | "campaign.set_aside" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.reverted" | "webhook.disabled")[];
            /** @description Free text for people. Null: none. */
            description?: string | null;
            /** @description Whether events are sent to the webhook. */
            is_enabled?: boolean;
        };
        DeliveryPage: {
            /** @description The items, in the order of the list. */
            items: components["schemas"]["Delivery"][];
            /** @description Number of matching items, counted up to 10,000. */
            total: number;
            /** @description false: there are more than `total` items. */
            total_is_exact: boolean;
            next_cursor: string | null;
        };
        /** @description Details of the event. Fields may be added. */
        CallEventData: {
            /** @description The call as it is when the message is made. Null: it was deleted. */
            call?: components["schemas"]["Call"] | null;
            /**
             * @description The status that the call ended with.
             * @enum {string}
             */
            status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        CallCreatedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "call.created";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        CallStatusEventData: {
            /**
             * @description The new status.
             * @enum {string}
             */
            status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        CallStatusEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "call.status";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallStatusEventData"];
        };
        /** @description A message of a webhook. */
        CallEndedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "call.ended";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        CallTurnsEventData: {
            /** @description The turns as they are when the message is made. */
            turns?: components["schemas"]["Turn"][];
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        CallTurnsEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "call.turns";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTurnsEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        CallMetricsEventData: {
            /** @description The metrics as they are when the message is made. Null: they were deleted. */
            metrics?: components["schemas"]["CallMetrics"] | null;
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        CallMetricsEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "call.metrics";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallMetricsEventData"];
        };
        /** @description A message of a webhook. */
        CallUpdatedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "call.updated";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        CallDeletedEventData: {
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        CallDeletedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "call.deleted";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallDeletedEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        CallTaskEventData: {
            outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            rule?: string | null;
            detail?: string | null;
            next_attempt_at?: string | null;
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        TaskRetryEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "task.retry";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTaskEventData"];
        };
        /** @description A message of a webhook. */
        TaskCompletedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "task.completed";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTaskEventData"];
        };
        /** @description A message of a webhook. */
        TaskFailedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "task.failed";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTaskEventData"];
        };
        /** @description A message of a webhook. */
        TaskSkippedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "task.skipped";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTaskEventData"];
        };
        /** @description A message of a webhook. */
        TaskCancelledEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "task.cancelled";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTaskEventData"];
        };
        /** @description A message of a webhook. */
        TaskPendingEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "task.pending";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTaskEventData"];
        };
        /** @description A message of a webhook. */
        TaskUpdatedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "task.updated";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CallTaskEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        CampaignChangeData: {
            /**
             * @description The new status; absent: unchanged.
             * @enum {string}
             */
            status?: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            /** @description The explanation, for people. */
            detail?: string;
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        CampaignCreatedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.created";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignClonedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.cloned";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignEditedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.edited";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignStartedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.started";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignScheduledEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.scheduled";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignAutoStartedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.auto_started";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignPausedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.paused";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignBreakerOpenedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.breaker_opened";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignResumedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.resumed";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignRestartedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.restarted";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignTasksAddedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.tasks_added";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignListImportedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.list_imported";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignImportRevertedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.import_reverted";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignEndPassedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.end_passed";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignSetAsideEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.set_aside";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignCompletedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.completed";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description A message of a webhook. */
        CampaignStoppedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.stopped";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignChangeData"];
        };
        /** @description Details of the event. Fields may be added. */
        CampaignProgressEventData: {
            /** @description Call tasks of the campaign. */
            total_tasks?: number;
            /** @description Call tasks whose contact was reached. */
            completed_tasks?: number;
            /** @description Call tasks that were given up. */
            failed_tasks?: number;
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        CampaignProgressEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "campaign.progress";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["CampaignProgressEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        ImportEventData: {
            /**
             * Format: uuid
             * @description The import of the uploaded file.
             */
            import_id?: string;
            /**
             * @description Status of the import.
             * @enum {string}
             */
            status?: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
            file_name?: string | null;
            /** @description Rows are only counted. */
            is_dry_run?: boolean;
            error_code?: string | null;
            /** @description Rows below the header. */
            total?: number;
            /** @description Contacts or numbers added. */
            created?: number;
            /** @description Contacts or numbers changed. */
            updated?: number;
            /** @description Rows that were there already. */
            skipped?: number;
            /** @description Rows whose number is suppressed. */
            suppressed?: number;
            /** @description Invalid rows. */
            rejected?: number;
            /** @description Contacts deleted again. */
            reverted?: number;
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        ImportProgressEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "import.progress";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["ImportEventData"];
        };
        /** @description A message of a webhook. */
        ImportCompletedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "import.completed";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["ImportEventData"];
        };
        /** @description A message of a webhook. */
        ImportFailedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "import.failed";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["ImportEventData"];
        };
        /** @description A message of a webhook. */
        ImportCancelledEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "import.cancelled";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["ImportEventData"];
        };
        /** @description A message of a webhook. */
        ImportRevertedEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "import.reverted";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["ImportEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        WebhookDisabledEventData: {
            /**
             * Format: uuid
             * @description The webhook.
             */
            webhook_id?: string;
            /** @description Why it was disabled. */
            reason?: string;
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        WebhookDisabledEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "webhook.disabled";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /** @description Id of the event; the same as in GET /api/events. */
            event_id: number;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            /** @description The campaign. Null: none. */
            campaign_id: string | null;
            /** @description The call. Null: none. */
            call_id: string | null;
            /** @description The call task. Null: none. */
            call_task_id: string | null;
            data: components["schemas"]["WebhookDisabledEventData"];
        };
        /** @description Details of the event. Fields may be added. */
        WebhookTestEventData: {
            /**
             * Format: uuid
             * @description The webhook.
             */
            webhook_id: string;
            /** @description What was left out because of its size, such as `call.collected_data`. */
            truncated?: string[];
        } & {
            [key: string]: unknown;
        };
        /** @description A message of a webhook. */
        WebhookTestEvent: {
            /**
             * @description The type of the event.
             * @constant
             */
            type: "webhook.test";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * Format: uuid
             * @description The company that owns it.
             */
            company_id: string;
            data: components["schemas"]["WebhookTestEventData"];
        };
    };
    responses: {
        /** @description Malformed request: a field, parameter or header is invalid. `errors` lists each with what is allowed. Codes: `malformed_request`, `malformed_url`, `invalid_body`, `invalid_params`, `invalid_querystring`, `invalid_headers`, `invalid_cursor`, `invalid_time`, `invalid_idempotency_key`, `invalid_csv`, `invalid_form`, `broken_form`, `no_form`, `too_many_fields`, `no_file`, `several_files`, `unknown_file`, `field_after_file`, `too_deep`, `too_many_values`, `invalid`, `no_websocket`, `condition_unsupported`, `company_unnamed`. */
        Refusal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
        CompanyId: string;
        /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getStartup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Startup"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getOwnCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Company"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCompanies: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description Text to search in names and slugs. */
                q?: string;
                /** @description true: only active companies; false: only deactivated ones. Default: both. */
                is_active?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompanyPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCompany"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Company"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Company"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCompany"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Company"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateCompany: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCompany"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Company"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKey"];
            };
        };
        responses: {
            /** @description A new API key. It is shown only once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
                /** @description The API key. */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
                /** @description The API key. */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
                /** @description The API key. */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateApiKey"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCampaigns: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description One or more statuses. */
                status?: ("draft" | "scheduled" | "running" | "paused" | "completed" | "stopped")[];
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Text in the name, ignoring case. */
                q?: string;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCampaign"];
            };
        };
        responses: {
            /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which contacts to call, with which skillbase, when, and how fast. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCampaign"];
            };
        };
        responses: {
            /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCampaign"];
            };
        };
        responses: {
            /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    startCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    pauseCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description Which contacts to call, with which skillbase, when, and how fast. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    resumeCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    stopCampaign: {
        parameters: {
            query?: {
                /** @description Also end live calls. */
                hang_up?: boolean;
            };
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description Which contacts to call, with which skillbase, when, and how fast. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    restartCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RestartCampaign"] | null;
            };
        };
        responses: {
            /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    cloneCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CloneCampaign"] | null;
            };
        };
        responses: {
            /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCampaignStats: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Progress of a campaign, counted from its rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignStats"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCampaignSchedule: {
        parameters: {
            query?: {
                /** @description Days ahead. */
                days?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description When a campaign may dial. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCampaignDiagnostics: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why a campaign cannot dial now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diagnostics"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCampaignLog: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignEventPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCallTasks: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description One or more statuses. */
                status?: ("pending" | "in_progress" | "completed" | "retry" | "failed" | "cancelled" | "skipped")[];
                /** @description One or more outcomes. */
                outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                /** @description In any notation; without + and a country code, `default_country` is needed. */
                phone_number?: string;
                /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
                default_country?: string;
                /** @description Text in the name, the numbers or the data of the contact, ignoring case, or a phone number in any notation. */
                q?: string;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTaskPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    addCallTasks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddCallTasks"];
            };
        };
        responses: {
            /** @description How many contacts were added, and why others were not. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TasksAdded"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    exportResults: {
        parameters: {
            query?: {
                /** @description One or more statuses. */
                status?: ("pending" | "in_progress" | "completed" | "retry" | "failed" | "cancelled" | "skipped")[];
                /** @description One or more outcomes. */
                outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                /** @description In any notation; without + and a country code, `default_country` is needed. */
                phone_number?: string;
                /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
                default_country?: string;
                /** @description Text in the name, the numbers or the data of the contact, ignoring case, or a phone number in any notation. */
                q?: string;
                /** @description Format of the file; "csv" unless given. */
                format?: "csv" | "xlsx";
                /** @description Separator of cells; "," unless given. Excel with Russian settings expects ";". */
                separator?: "," | ";";
                /** @description Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",". */
                decimal?: "." | ",";
                /** @description Start the file with a byte order mark, so that Excel reads it as UTF-8. */
                bom?: boolean;
                /** @description IANA time zone of the times in a workbook, whose cells have none; UTC unless given. A CSV file has UTC. */
                timezone?: string;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A CSV file, streamed. A cell or column name that spreadsheet programs would execute as a formula starts with an apostrophe, also within a cell after a comma, semicolon, tab or line end; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one. A workbook has the same columns: texts and phone numbers as texts, times as dates of the `timezone`. After 1,048,576 rows another sheet follows, and a text of more than 32,767 characters is cut, with a note. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A contact of a campaign. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTask"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putCallTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCallTask"];
            };
        };
        responses: {
            /** @description A contact of a campaign. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTask"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteCallTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateCallTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCallTask"];
            };
        };
        responses: {
            /** @description A contact of a campaign. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTask"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallTaskHistory: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Attempts and decisions, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskHistory"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    importSuppressions: {
        parameters: {
            query?: {
                /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
                default_country?: string;
                /** @description Encoding of the file: a label of the WHATWG Encoding Standard. Default: detected. */
                encoding?: string;
                /** @description Delimiter of a CSV file: , ; | or a tab. Default: detected. */
                delimiter?: string;
                /** @description Name of the sheet of a workbook. Default: the first visible one. */
                sheet?: string;
                /** @description Whether rows that are hidden in a workbook, for example by a filter, are read. Default: skip. */
                hidden_rows?: "skip" | "take";
                /** @description How digits without + are read that are valid both as a number of default_country and as an international number. Default: their rows are rejected. */
                numbers_without_plus?: "national" | "international";
                /** @description true: count the rows of a file, and change nothing. */
                dry_run?: "true" | "false";
                /** @description Reason of rows without one. Default: do_not_call. */
                reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                /** @description JSON object: column name to phone_number, reason, note, expires_at, or null to ignore the column. */
                mapping?: string;
                /** @description Time zone of values of expires_at without an offset. Default: their rows are rejected. */
                timezone?: string;
                /** @description What to do with a cell that can be read as several numbers: reject the row (default), or suppress each of these numbers. */
                ambiguous_numbers?: "reject" | "suppress_all_readings";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportSuppressions"];
                "text/csv": string;
                "multipart/form-data": components["schemas"]["ImportSuppressionsForm"];
            };
        };
        responses: {
            /** @description How many rows were imported, and why others were not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionsImported"];
                };
            };
            /** @description How many rows were imported, and why others were not. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionsImported"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    uploadCallList: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["UploadCallListForm"];
            };
        };
        responses: {
            /** @description The import of a file, and the results of its rows so far. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Uploaded"];
                };
            };
            /** @description The import of a file, and the results of its rows so far. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Uploaded"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listImports: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only imports of call lists, or only those of suppression lists. */
                kind?: "call_list" | "suppression_list";
                /** @description `receiving`: The file is being uploaded and read. `waiting`: The file was read, and its rows wait to be merged into the campaign. `merging`: Rows are being merged into the campaign. `completed`: All rows are merged; of a dry run, all rows are counted. `failed`: The file could not be read, or the campaign ended; see `error_message`. `cancelled`: A user cancelled it, and the contacts that it had added and that were not called were removed. `reverting`: The contacts that it added and that were not called yet are being removed. `reverted`: It was reverted after it had completed: its contacts that were not called yet are removed. */
                status?: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An upload of a call list for a campaign, or of a suppression list, with the results of its rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    revertImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An upload of a call list for a campaign, or of a suppression list, with the results of its rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listRejectedRows: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedRowPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    exportRejectedRows: {
        parameters: {
            query?: {
                /** @description Separator of cells; "," unless given. Excel with Russian settings expects ";". */
                separator?: "," | ";";
                /** @description Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",". */
                decimal?: "." | ",";
                /** @description Start the file with a byte order mark, so that Excel reads it as UTF-8. */
                bom?: boolean;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A CSV file, streamed. A cell or column name that spreadsheet programs would execute as a formula starts with an apostrophe, also within a cell after a comma, semicolon, tab or line end; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    cancelImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description An upload of a call list for a campaign, or of a suppression list, with the results of its rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listSuppressions: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description In any notation. */
                phone_number?: string;
                /** @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given. */
                reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                /** @description Where the suppression comes from. `api`: A user added the number through the API. `import`: The number was in an imported suppression list. `call`: A call ended with an opt-out, or was blocked. */
                source?: "api" | "import" | "call";
                /** @description true: not expired; false: expired. Default: both. */
                is_active?: boolean;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createSuppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSuppression"];
            };
        };
        responses: {
            /** @description A phone number that no campaign of the company calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            /** @description A phone number that no campaign of the company calls. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    exportSuppressions: {
        parameters: {
            query?: {
                /** @description In any notation. */
                phone_number?: string;
                /** @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given. */
                reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                /** @description Where the suppression comes from. `api`: A user added the number through the API. `import`: The number was in an imported suppression list. `call`: A call ended with an opt-out, or was blocked. */
                source?: "api" | "import" | "call";
                /** @description true: not expired; false: expired. Default: both. */
                is_active?: boolean;
                /** @description Separator of cells; "," unless given. Excel with Russian settings expects ";". */
                separator?: "," | ";";
                /** @description Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",". */
                decimal?: "." | ",";
                /** @description Start the file with a byte order mark, so that Excel reads it as UTF-8. */
                bom?: boolean;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A CSV file, streamed. A cell or column name that spreadsheet programs would execute as a formula starts with an apostrophe, also within a cell after a comma, semicolon, tab or line end; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getSuppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A phone number that no campaign of the company calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putSuppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSuppression"];
            };
        };
        responses: {
            /** @description A phone number that no campaign of the company calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteSuppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateSuppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSuppression"];
            };
        };
        responses: {
            /** @description A phone number that no campaign of the company calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    reportCarrierEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body"> with CARRIER_SECRET as the key. At most 5 minutes old. Several v1 are allowed while the secret changes. */
                "x-signature"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportCarrierEvents"];
            };
        };
        responses: {
            /** @description Which events were stored, and which were rejected and why. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CarrierEventsResult"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    placeTestCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaceTestCall"];
            };
        };
        responses: {
            /** @description One attempt to reach a contact, one test call, or one inbound call. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    receiveLivekitWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/webhook+json": components["schemas"]["ReceiveLivekitWebhook"];
            };
        };
        responses: {
            /** @description The events are stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventsTaken"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCalls: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description One or more outcomes. */
                outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description One or more campaigns. */
                campaign_id?: string[];
                /** @description One or more skillbases. */
                skillbase_id?: string[];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description One or more statuses. */
                status?: ("queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled")[];
                /** @description Only attempts of this call task. */
                call_task_id?: string;
                /** @description The id of the call in your own system. Unique in the company. */
                external_call_id?: string;
                /** @description true: without the calls that were never dialed; false: only these. Default: both. */
                is_dialed?: boolean;
                /** @description The number of the other side, in any notation (without + and a country code: `default_country` is needed): the callee of an outbound call, the caller of an inbound one. */
                phone_number?: string;
                /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
                default_country?: string;
                /** @description Text in the name of the contact, ignoring case. */
                contact_name?: string;
                /** @description Words of the transcript, in any form, Russian and English: all must occur. `"..."` is a phrase, `or` between two words and `-` before one mean what they do in web searches. */
                q?: string;
                /** @description Order of the list; with a leading "-" descending. Calls without a duration or a cost are not in a list that is sorted by it. "-started_at" unless given. */
                sort?: "-started_at" | "started_at" | "-duration_sec" | "duration_sec" | "-cost_total" | "cost_total";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCall"];
            };
        };
        responses: {
            /** @description One attempt to reach a contact, one test call, or one inbound call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            /** @description One attempt to reach a contact, one test call, or one inbound call. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    exportCalls: {
        parameters: {
            query?: {
                /** @description One or more outcomes. */
                outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description One or more campaigns. */
                campaign_id?: string[];
                /** @description One or more skillbases. */
                skillbase_id?: string[];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description One or more statuses. */
                status?: ("queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled")[];
                /** @description Only attempts of this call task. */
                call_task_id?: string;
                /** @description The id of the call in your own system. Unique in the company. */
                external_call_id?: string;
                /** @description true: without the calls that were never dialed; false: only these. Default: both. */
                is_dialed?: boolean;
                /** @description The number of the other side, in any notation (without + and a country code: `default_country` is needed): the callee of an outbound call, the caller of an inbound one. */
                phone_number?: string;
                /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
                default_country?: string;
                /** @description Text in the name of the contact, ignoring case. */
                contact_name?: string;
                /** @description Separator of cells; "," unless given. Excel with Russian settings expects ";". */
                separator?: "," | ";";
                /** @description Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",". */
                decimal?: "." | ",";
                /** @description Start the file with a byte order mark, so that Excel reads it as UTF-8. */
                bom?: boolean;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A CSV file, streamed. A cell or column name that spreadsheet programs would execute as a formula starts with an apostrophe, also within a cell after a comma, semicolon, tab or line end; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One attempt to reach a contact, one test call, or one inbound call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCall"];
            };
        };
        responses: {
            /** @description A call after a change, and warnings about the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCall"];
            };
        };
        responses: {
            /** @description A call after a change, and warnings about the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    rateCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RateCall"];
            };
        };
        responses: {
            /** @description One attempt to reach a contact, one test call, or one inbound call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    addCallTurns: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddCallTurns"];
            };
        };
        responses: {
            /** @description How many items were stored, and which were rejected and why. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestResult"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    completeCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteCall"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompletedCall"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    addTelemetry: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddTelemetry"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TelemetryResult"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallTranscript: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transcript"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCallTurns: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics of one call. null means not measured, which is not the same as zero. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallMetrics"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putCallMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutCallMetrics"];
            };
        };
        responses: {
            /** @description The metrics of a call after they were set, and warnings about what was set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallMetricsWithWarnings"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteCallMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    exportCallMetrics: {
        parameters: {
            query?: {
                /** @description One or more outcomes. */
                outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description One or more campaigns. */
                campaign_id?: string[];
                /** @description One or more skillbases. */
                skillbase_id?: string[];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Separator of cells; "," unless given. Excel with Russian settings expects ";". */
                separator?: "," | ";";
                /** @description Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",". */
                decimal?: "." | ",";
                /** @description Start the file with a byte order mark, so that Excel reads it as UTF-8. */
                bom?: boolean;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A CSV file, streamed. A cell or column name that spreadsheet programs would execute as a formula starts with an apostrophe, also within a cell after a comma, semicolon, tab or line end; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCallMetrics: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description One or more outcomes. */
                outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description One or more campaigns. */
                campaign_id?: string[];
                /** @description One or more skillbases. */
                skillbase_id?: string[];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallMetricsPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listPrices: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description Only prices of this component. */
                component?: "stt" | "llm" | "tts" | "livekit";
                /** @description Lower-case letters, digits, "_", "." and "-", starting with a letter or a digit. */
                provider?: string;
                /** @description Empty: the price of every model of the provider that has no price of its own. */
                model?: string;
                /** @description own: prices of the company. everybody: shared prices of the platform. Default: both. */
                scope?: "own" | "everybody";
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
                at?: components["schemas"]["DateOrDateTime"];
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PricePage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createPrice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePrice"];
            };
        };
        responses: {
            /** @description USD per unit from effective_from until effective_to. The billed quantity is `minimum`, and then whole multiples of `increment` for the rest (both in seconds, tokens or characters). Shared prices of the platform have the nil company id. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Price"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getPrice: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description USD per unit from effective_from until effective_to. The billed quantity is `minimum`, and then whole multiples of `increment` for the rest (both in seconds, tokens or characters). Shared prices of the platform have the nil company id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Price"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    deletePrice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updatePrice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePrice"];
            };
        };
        responses: {
            /** @description USD per unit from effective_from until effective_to. The billed quantity is `minimum`, and then whole multiples of `increment` for the rest (both in seconds, tokens or characters). Shared prices of the platform have the nil company id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Price"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listPriceAliases: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description As agents report it, in any case: a name, a host or a URL. */
                provider?: string;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceAliasPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createPriceAlias: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePriceAlias"];
            };
        };
        responses: {
            /** @description A name under which agents report a provider or a model, and the names under which the price book has its price. Provider and model are stored in lower case. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceAlias"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getPriceAlias: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A name under which agents report a provider or a model, and the names under which the price book has its price. Provider and model are stored in lower case. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceAlias"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    deletePriceAlias: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updatePriceAlias: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePriceAlias"];
            };
        };
        responses: {
            /** @description A name under which agents report a provider or a model, and the names under which the price book has its price. Provider and model are stored in lower case. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceAlias"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    estimateCosts: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EstimateCosts"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CostEstimate"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    rerateCosts: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RerateCosts"];
            };
        };
        responses: {
            /** @description A rerate: the calls of a period are priced again. While it is running, the figures cover the calls priced so far. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rerate"];
                };
            };
            /** @description A rerate: the calls of a period are priced again. While it is running, the figures cover the calls priced so far. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rerate"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listRerates: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReratePage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getRerate: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A rerate: the calls of a period are priced again. While it is running, the figures cover the calls priced so far. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rerate"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallCosts: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The costs of a call. `counted` are the costs that metrics use: reported amounts where there are any, else the sums of the lines. A call without usage has no lines. `superseded` are its costs before each rerate. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallCosts"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    listSkillbaseVersions: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkillbaseVersionSummaryPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getSkillbaseVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
                /** @description Version number, starting at 1. */
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkillbaseVersion"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    publishSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        /** @description The version to publish; the newest unless given. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PublishSkillbase"] | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    unpublishSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    restoreSkillbaseVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreSkillbaseVersion"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    validateConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ValidateConfig"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigReport"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    validateSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ValidateSkillbase"] | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigReport"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listSkillbases: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description Text to search in names and slugs. */
                q?: string;
                /** @description Exact slug. */
                slug?: string;
                /** @description true: only skillbases in use; false: only retired ones. Default: both. */
                is_active?: boolean;
                /** @description true: only published skillbases; false: only the others. Default: both. */
                is_published?: boolean;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkillbasePage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSkillbase"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutSkillbase"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSkillbase"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getSkillbaseConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkillbaseConfigView"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    putSkillbaseConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkillbaseConfig"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SkillbaseConfigView"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getMetrics: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Only calls of this version of the skillbase. */
                skillbase_version?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description One or two dimensions. In a URL, repeat the parameter or separate them with a comma. */
                group_by?: ("campaign" | "skillbase" | "version" | "outcome" | "direction" | "hour_of_day" | "day_of_week")[];
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metrics"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getTimeseries: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Only calls of this version of the skillbase. */
                skillbase_version?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description Size of the time buckets. GET /api/analytics/timeseries uses days when it is absent. A response has at most 2000 buckets. */
                bucket?: "hour" | "day" | "week" | "month";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeseries"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getMetricsOverview: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Only calls of this version of the skillbase. */
                skillbase_version?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The period compared with the one before it, which is exactly as long: 30 days are 720 hours, also where clocks change. `change` is a share of the previous value: 0.25 is a quarter more. null: nothing to compare with. Figures, and the calls that averages are over, are those of GET /api/analytics/metrics: `duration_avg_sec` is over answered calls, `ring_avg_sec` over dialed ones. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCampaignsWithMetrics: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Only calls of this version of the skillbase. */
                skillbase_version?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description Also accepted: `active`, `in_progress`, `started` for `running`; `on_hold` for `paused`; `finished`, `done` for `completed`; `cancelled`, `canceled` for `stopped`. */
                status?: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignRowPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCostReport: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Only calls of this version of the skillbase. */
                skillbase_version?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cost and usage of calls. Skillbases and campaigns are listed by total cost, highest first, at most 1000. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CostReport"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    queryMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryMetrics"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryResults"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listCallsWithMetrics: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Only calls of this version of the skillbase. */
                skillbase_version?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description Also accepted: `pending` for `queued`; `initiated`, `calling` for `dialing`; `in_progress`, `running`, `connected` for `active`; `canceled` for `cancelled`. */
                status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
                /** @description true: the calls that figures count. false: only the calls that ended without having been dialed. */
                is_dialed?: boolean;
                /** @description Only calls of at least this many seconds from the answer to the end. */
                min_duration_sec?: number;
                /** @description Only calls of at most this many seconds from the answer to the end. */
                max_duration_sec?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallRowPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallDetail: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallDetail"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    listSetAsideCalls: {
        parameters: {
            query?: {
                /** @description Maximum number of items. Also accepted as `page_size`. */
                limit?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetAsideCallList"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listRecentCalls: {
        parameters: {
            query?: {
                /** @description Maximum number of items. Also accepted as `page_size`. */
                limit?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallRowList"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    compareVersions: {
        parameters: {
            query: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id: string;
                /** @description The first version. */
                version_a: number;
                /** @description The version that is compared with the first. */
                version_b: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Two versions of a skillbase compared. `n` is what a figure is over: answered calls for the success rate and the duration, dialed calls for the answer rate and ringing, turns of the agent for the interruption rate, all turns for interruptions per turn. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getDashboardStats: {
        parameters: {
            query?: {
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures of the current calendar day. `live_calls` and `running_campaigns` are current counts, whenever they started. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listActiveCampaigns: {
        parameters: {
            query?: {
                /** @description Maximum number of items. Also accepted as `page_size`. */
                limit?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActiveCampaignList"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getLatencyHistogram: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: components["schemas"]["DateOrDateTime"];
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: components["schemas"]["DateOrDateTime"];
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Only those of this skillbase. */
                skillbase_id?: string;
                /** @description Only calls of this version of the skillbase. */
                skillbase_version?: number;
                /** @description Only those of this campaign. */
                campaign_id?: string;
                /** @description Only calls in this direction. */
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description The latency whose values are counted. Default: e2e_latency. */
                latency?: "ttfb_stt" | "latency_llm" | "ttfb_tts" | "eou_latency" | "e2e_latency";
                /** @description How many neighbouring buckets become one: 5 gives buckets that are 10 % wide, 35 buckets that double. Counts stay exact. */
                merge?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many turns had which latency. Each bucket is 2.0 % wide, unless they are merged. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatencyHistogram"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getSkillbasePrompt: {
        parameters: {
            query?: {
                /** @description Version to show; the newest unless given. */
                version?: number;
                /** @description Name of the sample contact. */
                contact_name?: string;
                /** @description Data of the sample contact: a JSON object. Without a sample contact, each variable is shown as its name. */
                contact_data?: string;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The prompt of a skillbase version for a sample contact. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prompt"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallBrief: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that an agent needs for a call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Brief"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The id of an event. 0 stands before the first event. */
                after?: number;
                /** @description Return only events of these types, separated by commas: call.created, call.status, call.ended, call.turns, call.metrics, call.updated, call.deleted, task.retry, task.completed, task.failed, task.skipped, task.cancelled, task.pending, task.updated, campaign.created, campaign.cloned, campaign.edited, campaign.started, campaign.scheduled, campaign.auto_started, campaign.paused, campaign.breaker_opened, campaign.resumed, campaign.restarted, campaign.tasks_added, campaign.list_imported, campaign.import_reverted, campaign.end_passed, campaign.set_aside, campaign.completed, campaign.stopped, campaign.progress, import.progress, import.completed, import.failed, import.cancelled, import.reverted, webhook.disabled. */
                types?: string;
                /** @description Maximum number of items. Also accepted as `page_size`. */
                limit?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createLiveTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description Replaces the API key that created it, for opening one WebSocket. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhook"];
            };
        };
        responses: {
            /** @description A webhook with its signing secret, which is shown only once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A URL to which events of the company are sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhook"];
            };
        };
        responses: {
            /** @description A URL to which events of the company are sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description A webhook with its signing secret, which is shown only once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description Only those with this status. */
                status?: "pending" | "delivered" | "dead";
                /** @description Only deliveries of events of this type. */
                event_type?: "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "task.updated" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.auto_started" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_reverted" | "campaign.end_passed" | "campaign.set_aside" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.reverted" | "webhook.disabled" | "webhook.test";
            };
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETags that you have: the response is 304 when the resource has one of them. */
                "if-none-match"?: string;
                /** @description ETags that you expect: the response is 412 unless the resource has one of them. */
                "if-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
                /** @description The delivery. */
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryWithAttempts"];
                };
            };
            /** @description The resource has an ETag of If-None-Match. No body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refusal"];
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the resource as you read it: nothing is changed, and the response is 412, when it has changed since. */
                "if-match"?: string;
                /** @description ETags that the resource must not have: nothing is changed, and the response is 412, when it has one of them. `*`: only if it does not exist. */
                "if-none-match"?: string;
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
                /** @description The delivery. */
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryWithAttempts"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    resendDeadDeliveries: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
                /** @description Executes the request at most once in 24 hours: a repeated request with the same key gets the stored response. Another request with the same key gets 409 `idempotency_key_reused`; a response that contained a secret is not stored, and its repetition gets 409 `already_done`. A request that failed may be repeated with its key. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resent"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The company to act for. The platform key needs it, unless the company is named otherwise. With a key of a company it may be left out; one that names another company gets 404. */
                "X-Company-Id"?: components["parameters"]["CompanyId"];
            };
            path: {
                /** @description Id of the resource. It never changes. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EmptyBody"] | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryWithAttempts"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    onCallCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallCreatedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCallStatus: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallStatusEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCallEnded: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallEndedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCallTurns: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallTurnsEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCallMetrics: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallMetricsEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCallUpdated: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallUpdatedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCallDeleted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallDeletedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskRetry: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskRetryEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskCompleted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCompletedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskFailed: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskFailedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskSkipped: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskSkippedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskCancelled: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCancelledEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskPending: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskPendingEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onTaskUpdated: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskUpdatedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignCreatedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignCloned: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignClonedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignEdited: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignEditedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignStarted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignStartedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignScheduled: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignScheduledEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignAutoStarted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignAutoStartedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignPaused: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignPausedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignBreakerOpened: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignBreakerOpenedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignResumed: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignResumedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignRestarted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignRestartedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignTasksAdded: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignTasksAddedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignListImported: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignListImportedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignImportReverted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignImportRevertedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignEndPassed: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignEndPassedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignSetAside: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignSetAsideEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignCompleted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignCompletedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignStopped: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignStoppedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCampaignProgress: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignProgressEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onImportProgress: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportProgressEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onImportCompleted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportCompletedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onImportFailed: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportFailedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onImportCancelled: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportCancelledEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onImportReverted: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRevertedEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookDisabled: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookDisabledEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onWebhookTest: {
        parameters: {
            query?: never;
            header: {
                /** @description Id of the delivery; the same in each repetition. */
                "webhook-id": string;
                /** @description When the request was signed, seconds since 1970. */
                "webhook-timestamp": string;
                /** @description One or more signatures, separated by spaces: `v1,` and the Base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` with the secret of the webhook. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookTestEvent"];
            };
        };
        responses: {
            /** @description The receiver no longer exists: the webhook is disabled. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The message was taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
