// Generated from the OpenAPI document by `npm run sdk:types`. Do not edit.
export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check that the process responds */
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
        /** Check that the process has started: 503 while it starts or migrates its database */
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
        /** Check that the process neither starts nor stops, and its database responds and has every migration */
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
        /** Get the company of the key */
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
        /** List companies, newest first */
        get: operations["listCompanies"];
        put?: never;
        /** Create a company */
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
        /** Get a company */
        get: operations["getCompany"];
        /** Update a company (only the given fields change; objects are replaced) */
        put: operations["putCompany"];
        post?: never;
        /** Delete a deactivated company with all its data */
        delete: operations["deleteCompany"];
        options?: never;
        head?: never;
        /** Update a company (only the given fields change; objects are merged, RFC 7396) */
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
        /** List API keys of a company, newest first */
        get: operations["listKeys"];
        put?: never;
        /** Create an API key; the key is shown only in this response */
        post: operations["createKey"];
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
        /** Get an API key */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /** Revoke an API key; it stops working within 5 s */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        /** Rename an API key */
        patch: operations["updateKey"];
        trace?: never;
    };
    "/api/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List campaigns, newest first */
        get: operations["listCampaigns"];
        put?: never;
        /** Create a campaign as a draft */
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
        /** Get a campaign */
        get: operations["getCampaign"];
        /** Update a campaign (only the given fields change; objects are replaced). Some fields cannot be changed after the start */
        put: operations["putCampaign"];
        post?: never;
        /** Delete a campaign and its tasks, if it has made no calls */
        delete: operations["deleteCampaign"];
        options?: never;
        head?: never;
        /** Update a campaign (only the given fields change; objects are merged, RFC 7396). Some fields cannot be changed after the start */
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
        /** Start a campaign, or schedule it when its start_time is in the future; resume a paused one */
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
        /** Pause a campaign: no new calls; live calls continue */
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
        /** Resume a paused campaign, or a completed one to which contacts were added */
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
        /** Stop a campaign and cancel its waiting tasks; with hang_up, also end live calls. May be repeated */
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
        /** Create a draft with the same settings, and with the same contacts if asked */
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
        /** Get the progress of a campaign, counted from its rows */
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
        /** Get the periods in which a campaign may dial, and its waiting contacts per time zone */
        get: operations["getSchedule"];
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
        /** Get the reasons why a campaign cannot dial now, with the contacts per reason */
        get: operations["getDiagnostics"];
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
        /** List the events of a campaign, latest first */
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
        /** List the contacts of a campaign, newest first */
        get: operations["listTasks"];
        put?: never;
        /** Add contacts to a campaign, each number once; invalid ones are reported, the others are added */
        post: operations["addTasks"];
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
        /** Get a contact of a campaign */
        get: operations["getTask"];
        /**
         * Update a contact (only the given fields change; objects are replaced), cancel it, or return it to the queue
         * @description A contact in progress that is cancelled stays `in_progress` until its call is over: the call is hung up, and no other follows.
         */
        put: operations["putTask"];
        post?: never;
        /** Delete a contact that was never called */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /**
         * Update a contact (only the given fields change; objects are merged, RFC 7396), cancel it, or return it to the queue
         * @description A contact in progress that is cancelled stays `in_progress` until its call is over: the call is hung up, and no other follows.
         */
        patch: operations["updateTask"];
        trace?: never;
    };
    "/api/call-tasks/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the attempts to call a contact, and each decision with its rule, oldest first */
        get: operations["getTaskHistory"];
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
        /** Suppress the numbers of a list: JSON, or a file as for call lists. Rejected rows are reported, the others imported */
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
        /** Add the contacts of a CSV, XLSX or JSON Lines file; a file of over 10,000 rows is merged later (202) */
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
        /** List imports, newest first */
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
        /** Get an import with its progress */
        get: operations["getImport"];
        put?: never;
        post?: never;
        /** Revert an import: delete the contacts that it added and that were never called. The import itself is kept */
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
        /** List the rejected rows of an import with the reason; they are kept for 30 days */
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
        /** Export the rejected rows as CSV with the columns of the file, to correct and upload again */
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
        /** Cancel an import that is not completed; the contacts that it has added are deleted */
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
        /** List suppressed numbers, newest first */
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
        /** Export suppressed numbers as a CSV file, which the import accepts */
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
        /** Get a suppressed number */
        get: operations["getSuppression"];
        /** Update the reason, note or expiry of a suppression (only the given fields change; objects are replaced) */
        put: operations["putSuppression"];
        post?: never;
        /** Allow a number to be called again. Contacts already skipped stay skipped */
        delete: operations["deleteSuppression"];
        options?: never;
        head?: never;
        /** Update the reason, note or expiry of a suppression (only the given fields change; objects are merged, RFC 7396) */
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
        post: operations["takeCarrierEvents"];
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
        post: operations["takeLivekitWebhook"];
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
        /** List calls, latest first */
        get: operations["listCalls"];
        put?: never;
        /** Create a call that has started; a known external_call_id returns the existing call (200) */
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
        /** Export calls as a CSV file, latest first */
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
        /** Get a call */
        get: operations["getCall"];
        /** Change a call (only the given fields change; objects are replaced) */
        put: operations["putCall"];
        post?: never;
        /** Delete a call that has ended and is no attempt of a call task, with its turns and metrics */
        delete: operations["deleteCall"];
        options?: never;
        head?: never;
        /** Change a call (only the given fields change; objects are merged, RFC 7396) */
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
        /** Rate a call, 1 to 5; a new rating replaces the old one */
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
        /** Add turns to a call; a turn that is sent again is stored once */
        post: operations["addTurns"];
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
        /** End a call and derive its metrics; sent again, it only fills missing values */
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
        /** Add turns and completions of many calls; each item is accepted or rejected on its own */
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
        /** Get the transcript of a call */
        get: operations["getTranscript"];
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
        /** List the turns of a call with their measurements, first turn first */
        get: operations["listTurns"];
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
        /** Get the metrics of a call */
        get: operations["getCallMetrics"];
        /** Set the metrics of a call whose agent reports no turns; values derived from turns replace them */
        put: operations["putCallMetrics"];
        post?: never;
        /** Delete the metrics of a call, but not its turns */
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
        /** Export metrics of calls as a CSV file, latest call first */
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
        /** List metrics of calls, latest call first */
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
        /** List the prices of the company and the shared prices, latest first */
        get: operations["listPrices"];
        put?: never;
        /** Add a price; the open-ended price for the same component, provider, model and unit ends when it starts */
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
        /** Get a price */
        get: operations["getPrice"];
        put?: never;
        post?: never;
        /** Delete a price that does not apply yet */
        delete: operations["deletePrice"];
        options?: never;
        head?: never;
        /** Change when a price ends, or its source */
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
        /** List the aliases of provider and model names, latest first */
        get: operations["listPriceAliases"];
        put?: never;
        /** Add an alias: usage reported under one name is priced under another */
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
        /** Get an alias */
        get: operations["getPriceAlias"];
        put?: never;
        post?: never;
        /** Delete an alias */
        delete: operations["deletePriceAlias"];
        options?: never;
        head?: never;
        /** Change an alias */
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
        /** Estimate the costs of a call from its usage, or from a skillbase's past calls */
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
        /** Price the calls of a period again, or show what would change; a long rerate continues in the background (202) */
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
        /** List rerates, latest first */
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
        /** Get a rerate and its progress */
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
        /** Get the costs of a call with their lines, and its costs before each rerate */
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
        /** List versions of a skillbase, newest first */
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
        /** Get a version with its config */
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
        /** Publish a version (the newest unless given): new campaigns and calls use it */
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
        /** Unpublish a skillbase; running campaigns are not affected */
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
        /** Restore the config of an old version, as a new version */
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
        /** Validate a config; the response lists its errors and warnings */
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
        /** Validate a config (the stored one unless given); the response lists its errors and warnings */
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
        /** List skillbases, newest first */
        get: operations["listSkillbases"];
        put?: never;
        /** Create a skillbase; its config is version 1 */
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
        /** Get a skillbase; the response has its ETag */
        get: operations["getSkillbase"];
        /** Update a skillbase (only the given fields change; objects are replaced); a different config becomes a new version */
        put: operations["putSkillbase"];
        post?: never;
        /** Delete a skillbase and its versions; not possible while campaigns or calls use it */
        delete: operations["deleteSkillbase"];
        options?: never;
        head?: never;
        /** Update a skillbase (only the given fields change; objects are merged, RFC 7396); a different config becomes a new version */
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
        /** Get the current config; the response has the ETag of the config */
        get: operations["getSkillbaseConfig"];
        /** Replace the config (the body is the config); a different one becomes a new version */
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
        /** Metrics of the calls in a period, in total and per group */
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
        /** Metrics per hour, day, week or month, including empty buckets */
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
        /** Key figures of a period compared with the period before it */
        get: operations["getOverview"];
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
        /** Campaigns, newest first, with the metrics of their calls in a period */
        get: operations["listCampaignRows"];
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
        /** Cost and usage of calls by day, skillbase and campaign */
        get: operations["getCosts"];
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
        /** Run up to ten named queries on one snapshot of the data */
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
        /** Calls of a period with their metrics, latest first */
        get: operations["listCallRows"];
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
        /** A call with its metrics and the latencies of each turn */
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
        /** Changed calls that could not be added to the rollups, with the reason, oldest first */
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
        /** The latest calls with their metrics */
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
        /** Compare two versions of a skillbase */
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
        /** Figures of today in a time zone, live calls and running campaigns */
        get: operations["getStats"];
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
        /** Campaigns that are scheduled, running or paused, newest first */
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
        /** How many turns had which latency */
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
        /** Preview the prompt, greeting, flow and functions that an agent gets for a sample contact */
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
        /** Get everything an agent needs for a call; only the token differs between requests */
        get: operations["getBrief"];
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
        /** List events after a given event, oldest first. Events are stored for 7 days. */
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
        /** Create a ticket that opens one WebSocket within 30 s, for use in browsers */
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
        /** List webhooks, newest first */
        get: operations["listWebhooks"];
        put?: never;
        /** Create a webhook. It receives events from now on; the secret is returned only in this response. */
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
        /** Get a webhook */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Delete a webhook and its deliveries, including pending ones */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /** Update a webhook. When it is enabled again, it continues with the event after the last one it processed. */
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
        /** Replace the secret. Requests are also signed with the old secret for 24 h. */
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
        /** List the deliveries of a webhook, newest first. They are stored for 30 days. */
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
        /** Get a delivery with its attempts: time, response status, error and duration */
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
        /** Resend a finished delivery, with the same webhook-id */
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
        /** Resend up to 1,000 dead deliveries of a webhook, the oldest first. Repeat it while has_more is true. */
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
        /** Send a test event and return the result. It is attempted once. */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
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
            errors?: {
                /** @description JSON pointer (RFC 6901) to the invalid field. */
                pointer: string;
                /** @description What is wrong with the field and what is allowed. */
                detail: string;
            }[];
            /** @description Identifies the request in the logs of the service. */
            request_id: string;
        };
        Company: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description Unique. Lower-case letters and digits, with single hyphens between them. */
            slug: string;
            email: string | null;
            phone: string | null;
            settings: {
                [key: string]: unknown;
            };
            /** @description Limits of the company. A limit that is not given does not apply. */
            limits: {
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
            /** @description false: the keys of the company are rejected with 403. */
            is_active: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        ApiKey: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The first characters of the key, to recognize it. */
            prefix: string;
            scopes: ("read" | "write" | "ingest" | "admin")[];
            expires_at: string | null;
            last_used_at: string | null;
            revoked_at: string | null;
            /** Format: date-time */
            created_at: string;
        };
        NewApiKey: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The first characters of the key, to recognize it. */
            prefix: string;
            scopes: ("read" | "write" | "ingest" | "admin")[];
            expires_at: string | null;
            last_used_at: string | null;
            revoked_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description The key itself. It is shown only in this response. */
            key: string;
        };
        /** @description Which contacts to call, with which skillbase, when, and how fast. */
        Campaign: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            skillbase_id: string;
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
            name: string;
            description: string | null;
            /**
             * @description `draft`: Not started yet; all settings can be changed. `scheduled`: Started, and waiting for its `start_time`. `running`: Contacts are called while their calling windows are open. `paused`: A user or the circuit breaker paused it: live calls continue, and no new calls are started. `completed`: No contact is left to call, or its `end_time` has passed. It accepts contacts, and can be resumed for them. `stopped`: A user ended it, and the contacts that were still waiting were cancelled.
             * @enum {string}
             */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            status_reason: string | null;
            start_time: string | null;
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
            max_concurrent_calls: number;
            calls_per_minute: number;
            max_attempts: number | null;
            max_retries: number;
            /** @description Minutes. */
            retry_delay_minutes: number;
            /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
            retry_policy: {
                [key: string]: {
                    /** @description Maximum number of retries after this outcome. */
                    max?: number;
                    /** @description Minutes before the first retry after this outcome, before the second, and so on. The last one repeats. */
                    delays_minutes?: number[];
                };
            };
            /** @description Share relative to other campaigns. */
            weight: number;
            caller_number: string | null;
            /** @description Seconds. */
            ring_timeout_sec: number;
            /** @description Seconds. */
            max_call_duration_sec: number;
            total_tasks: number;
            completed_tasks: number;
            failed_tasks: number;
            started_at: string | null;
            ended_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A campaign, and warnings about its calling hours and the data of its contacts. */
        CampaignWithWarnings: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            skillbase_id: string;
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
            name: string;
            description: string | null;
            /**
             * @description `draft`: Not started yet; all settings can be changed. `scheduled`: Started, and waiting for its `start_time`. `running`: Contacts are called while their calling windows are open. `paused`: A user or the circuit breaker paused it: live calls continue, and no new calls are started. `completed`: No contact is left to call, or its `end_time` has passed. It accepts contacts, and can be resumed for them. `stopped`: A user ended it, and the contacts that were still waiting were cancelled.
             * @enum {string}
             */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            status_reason: string | null;
            start_time: string | null;
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
            max_concurrent_calls: number;
            calls_per_minute: number;
            max_attempts: number | null;
            max_retries: number;
            /** @description Minutes. */
            retry_delay_minutes: number;
            /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
            retry_policy: {
                [key: string]: {
                    /** @description Maximum number of retries after this outcome. */
                    max?: number;
                    /** @description Minutes before the first retry after this outcome, before the second, and so on. The last one repeats. */
                    delays_minutes?: number[];
                };
            };
            /** @description Share relative to other campaigns. */
            weight: number;
            caller_number: string | null;
            /** @description Seconds. */
            ring_timeout_sec: number;
            /** @description Seconds. */
            max_call_duration_sec: number;
            total_tasks: number;
            completed_tasks: number;
            failed_tasks: number;
            started_at: string | null;
            ended_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description What to know before the campaign calls anybody. It can be started all the same. */
            warnings: {
                /**
                 * @description `customary_hours`: The campaign sets no contact hours; the warning names the hours that apply. `around_the_clock`: The contact hours are 00:00 to 24:00. `night_hours`: The contact hours are partly before 08:00 or after 21:00. `timezone_is_utc`: Contacts whose own time zone is unknown would be called by UTC, the zone of the campaign. `zone_unknown`: The time zone of some contacts is unknown; the warning explains how they are called. `several_zones`: Some contacts may be in several time zones; the warning explains how they are called. `never_open`: Some contacts cannot be called in the next 7 days, or in the 7 days from `start_time`. `less_than_one_day`: Until `end_time`, contacts can be called for less than the hours of one day. `missing_values`: Some contacts have no value for a variable that the skillbase uses without a default; the warning counts them.
                 * @enum {string}
                 */
                code: "customary_hours" | "around_the_clock" | "night_hours" | "timezone_is_utc" | "zone_unknown" | "several_zones" | "never_open" | "less_than_one_day" | "missing_values";
                detail: string;
            }[];
        };
        /** @description Progress of a campaign, counted from its rows. */
        CampaignStats: {
            /** Format: uuid */
            campaign_id: string;
            tasks: {
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
            calls: {
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
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            campaign_id: string;
            seq: number;
            /** Format: date-time */
            at: string;
            event: string;
            detail: string;
            data: {
                [key: string]: unknown;
            };
        };
        /** @description When a campaign may dial. */
        Schedule: {
            /** Format: uuid */
            campaign_id: string;
            /** @description IANA time zone. */
            timezone: string;
            is_open: boolean;
            /** @description When the hours of the campaign itself are open, on its own clock; each end is exclusive. */
            openings: {
                /** Format: date-time */
                start: string;
                /** Format: date-time */
                end: string;
            }[];
            /** @description The 100 zones with the most waiting contacts, in descending order. */
            zones: {
                /** @description Possible zones of the contacts, joined by commas. Empty: the zone of the campaign. */
                dial_timezone: string;
                /** @description Contacts that wait for an attempt. */
                waiting: number;
                is_open: boolean;
                next_opening: {
                    /** Format: date-time */
                    start: string;
                    /** Format: date-time */
                    end: string;
                } | null;
                /** @description The hours of the contacts: those that the campaign sets, else the customary ones of their country. */
                contact_hours: {
                    /** @description IANA time zone. */
                    timezone: string;
                    days: number[] | null;
                    /** @description HH:MM. */
                    start: string;
                    /** @description HH:MM, up to 24:00, exclusive. */
                    end: string;
                }[];
            }[];
            /** @description What to know before the campaign calls anybody. It can be started all the same. */
            warnings: {
                /**
                 * @description `customary_hours`: The campaign sets no contact hours; the warning names the hours that apply. `around_the_clock`: The contact hours are 00:00 to 24:00. `night_hours`: The contact hours are partly before 08:00 or after 21:00. `timezone_is_utc`: Contacts whose own time zone is unknown would be called by UTC, the zone of the campaign. `zone_unknown`: The time zone of some contacts is unknown; the warning explains how they are called. `several_zones`: Some contacts may be in several time zones; the warning explains how they are called. `never_open`: Some contacts cannot be called in the next 7 days, or in the 7 days from `start_time`. `less_than_one_day`: Until `end_time`, contacts can be called for less than the hours of one day. `missing_values`: Some contacts have no value for a variable that the skillbase uses without a default; the warning counts them.
                 * @enum {string}
                 */
                code: "customary_hours" | "around_the_clock" | "night_hours" | "timezone_is_utc" | "zone_unknown" | "several_zones" | "never_open" | "less_than_one_day" | "missing_values";
                detail: string;
            }[];
        };
        /** @description Why a campaign cannot dial now. */
        Diagnostics: {
            /** Format: uuid */
            campaign_id: string;
            /** @description Whether at least one contact can be dialed now. */
            can_dial: boolean;
            waiting: number;
            in_progress: number;
            slots: {
                /** @description `max_concurrent_calls` of the campaign. */
                max: number;
                /** @description Live calls of the campaign. */
                in_use: number;
                /** @description Calls that have ended, and whose contacts wait until what becomes of them is decided. They use no slot. */
                waiting_to_settle: number;
            };
            /** @description Waiting contacts that can be dialed now. */
            dialable: number;
            reasons: {
                /** @enum {string} */
                code: "not_running" | "company_inactive" | "nobody_waiting" | "not_due" | "attempts_per_number" | "min_hours_between_attempts" | "window_closed" | "no_window" | "zone_not_worked_out" | "suppressed" | "number_in_call" | "callback_time_unusable" | "waiting_to_settle" | "opt_out_unreadable" | "at_max_concurrent_calls" | "at_calls_per_minute" | "company_at_max_concurrent_calls" | "company_at_calls_per_minute" | "no_worker" | "set_aside" | "recent_faults";
                detail: string;
                contacts: number | null;
                until: string | null;
            }[];
            /** @description The time zone data with which all local times are computed. */
            timezone_data: {
                /** @description Release of the IANA time zone database. */
                version: string;
                released_on: string | null;
            };
        };
        /** @description A contact of a campaign. */
        CallTask: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            campaign_id: string;
            phone_number: string;
            phone_extension: string | null;
            /** @description Other numbers of the contact, in their order. The next one is called when a number does not exist. */
            further_numbers: {
                phone_number: string;
                phone_extension: string | null;
            }[];
            contact_name: string | null;
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
            attempt_count: number;
            last_attempt_at: string | null;
            next_attempt_at: string | null;
            call_id: string | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            error_message: string | null;
            /** @description Contacts with a higher priority are dialed first. */
            priority: number;
            /** @description Attempts per outcome since the task was added or returned to the queue. Retry limits use them. */
            outcome_counts: {
                [key: string]: number;
            };
            import_id: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
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
            created: number;
            /** @description Numbers that the campaign already has, or that repeat a number of the request. */
            skipped: number;
            /** @description Suppressed numbers. */
            suppressed: number;
            rejected: {
                index: number;
                pointer: string;
                code: string;
                detail: string;
            }[];
        };
        /** @description Attempts and decisions, oldest first. */
        TaskHistory: {
            /** Format: uuid */
            call_task_id: string;
            items: {
                /** Format: date-time */
                at: string;
                /** @enum {string} */
                kind: "attempt" | "decision";
                /**
                 * @description Of an attempt: the status of its call. Of a decision: the new status of the task.
                 * @enum {string}
                 */
                status: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled" | "pending" | "in_progress" | "retry" | "skipped";
                outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
                rule: string | null;
                detail: string | null;
                call_id: string | null;
                next_attempt_at: string | null;
            }[];
        };
        /** @description The import of a file, and the results of its rows so far. */
        Uploaded: {
            /** Format: uuid */
            import_id: string;
            /**
             * @description `receiving`: The file is being uploaded and read. `waiting`: The file was read, and its rows wait to be merged into the campaign. `merging`: Rows are being merged into the campaign. `completed`: All rows are merged; of a dry run, all rows are counted. `failed`: The file could not be read, or the campaign ended; see `error_message`. `cancelled`: A user cancelled it, and the contacts that it had added and that were not called were removed. `reverting`: The contacts that it added and that were not called yet are being removed. `reverted`: It was reverted after it had completed: its contacts that were not called yet are removed.
             * @enum {string}
             */
            status: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
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
            errors: {
                line: number;
                code: string;
                detail: string;
            }[];
            refusals: {
                [key: string]: number;
            };
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
            rejected: {
                /** @description Number of the row in a JSON body, starting at 0. */
                index?: number;
                /** @description Line of the file. */
                line?: number;
                /** @description Field of a row of a JSON body. */
                field?: string;
                code: string;
                detail: string;
            }[];
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
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            campaign_id: string | null;
            /**
             * @description `receiving`: The file is being uploaded and read. `waiting`: The file was read, and its rows wait to be merged into the campaign. `merging`: Rows are being merged into the campaign. `completed`: All rows are merged; of a dry run, all rows are counted. `failed`: The file could not be read, or the campaign ended; see `error_message`. `cancelled`: A user cancelled it, and the contacts that it had added and that were not called were removed. `reverting`: The contacts that it added and that were not called yet are being removed. `reverted`: It was reverted after it had completed: its contacts that were not called yet are removed.
             * @enum {string}
             */
            status: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
            /** @description The campaign was not changed. The counts are what the import would do. */
            is_dry_run: boolean;
            /** @enum {string} */
            on_duplicate: "skip" | "update" | "reject";
            file_name: string | null;
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
            error_message: string | null;
            /** @description Attempts of the workers to continue the import that failed since the last one that succeeded. */
            failed_attempts: number;
            last_error: string | null;
            next_attempt_at: string | null;
            /** Format: date-time */
            alive_at: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            finished_at: string | null;
        };
        /** @description A row that was rejected, with its original cells, at most 1,000. */
        RejectedRow: {
            line: number;
            code: string;
            detail: string | null;
            cells: unknown[];
        };
        /** @description A phone number that no campaign of the company calls. */
        Suppression: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
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
            note: string | null;
            call_id: string | null;
            /** @description The suppression ends at this time. Null: it does not expire. */
            expires_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description Which events were stored, and which were rejected and why. */
        CarrierEventsResult: {
            /** @description Number of known calls among the events. Events of unknown calls are ignored. */
            taken: number;
            /** @description Events that were not stored, and will not be when they are sent again as they are. */
            rejected: {
                /** @description Position of the item in the request. */
                index: number;
                /** @description JSON pointer into the request. */
                pointer: string;
                code: string;
                detail: string;
            }[];
            /** @description Fields of stored events that could not be used as they are. */
            warnings: {
                /** @description Position of the item in the request. */
                index: number;
                /** @description The field that is stored as null, or changed as the code states. */
                field: string;
                /** @description The value that was sent; null for an object, an array or a long text. */
                value: number | string | boolean | null;
                /**
                 * @description Why the value could not be used. `absurd_latency`: A latency exceeds the maximum. `callback_out_of_range`: `collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay. `clamped_time`: An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call. `contradicted_latency`: A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`. `exceeds_total`: A quantity exceeds the one that includes it, such as cached tokens the input tokens. `invalid`: The value has the wrong type or is out of range. `invalid_time`: A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived. `negative_latency`: A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`. `no_contact_number`: The contact opted out, but the call has no phone number of the contact that could be suppressed. `too_large`: An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept. `unknown_field`: A turn has no such field. `unreadable_callback`: `collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay. `unreadable_opt_out`: `collected_data.opt_out` is neither yes nor no. The number is not suppressed. `unstorable_text`: A text contains characters that cannot be stored. They are replaced by U+FFFD.
                 * @enum {string}
                 */
                code: "absurd_latency" | "callback_out_of_range" | "clamped_time" | "contradicted_latency" | "exceeds_total" | "invalid" | "invalid_time" | "negative_latency" | "no_contact_number" | "too_large" | "unknown_field" | "unreadable_callback" | "unreadable_opt_out" | "unstorable_text";
                reason: string;
            }[];
        };
        /** @description One attempt to reach a contact, one test call, or one inbound call. */
        Call: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            skillbase_id: string | null;
            skillbase_version: number | null;
            campaign_id: string | null;
            call_task_id: string | null;
            external_call_id: string | null;
            livekit_room_id: string | null;
            /** @enum {string} */
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
            outcome_data: {
                [key: string]: unknown;
            } | null;
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
            turn_count: number;
            states_visited: string[];
            language: string | null;
            rating: number | null;
            /** Format: date-time */
            started_at: string;
            dialed_at: string | null;
            answered_at: string | null;
            ended_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description The events are stored. */
        EventsTaken: {
            /** @description Number of known calls among the events. Events of unknown calls are ignored. */
            taken: number;
        };
        /** @description A call after a change, and warnings about the change. */
        CallWithWarnings: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            skillbase_id: string | null;
            skillbase_version: number | null;
            campaign_id: string | null;
            call_task_id: string | null;
            external_call_id: string | null;
            livekit_room_id: string | null;
            /** @enum {string} */
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
            outcome_data: {
                [key: string]: unknown;
            } | null;
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
            turn_count: number;
            states_visited: string[];
            language: string | null;
            rating: number | null;
            /** Format: date-time */
            started_at: string;
            dialed_at: string | null;
            answered_at: string | null;
            ended_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Fields that could not be used as they were sent. The rest is stored. */
            warnings: {
                /** @description The field that is stored as null, or changed as the code states. */
                field: string;
                /** @description The value that was sent; null for an object, an array or a long text. */
                value: number | string | boolean | null;
                /**
                 * @description Why the value could not be used. `absurd_latency`: A latency exceeds the maximum. `callback_out_of_range`: `collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay. `clamped_time`: An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call. `contradicted_latency`: A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`. `exceeds_total`: A quantity exceeds the one that includes it, such as cached tokens the input tokens. `invalid`: The value has the wrong type or is out of range. `invalid_time`: A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived. `negative_latency`: A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`. `no_contact_number`: The contact opted out, but the call has no phone number of the contact that could be suppressed. `too_large`: An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept. `unknown_field`: A turn has no such field. `unreadable_callback`: `collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay. `unreadable_opt_out`: `collected_data.opt_out` is neither yes nor no. The number is not suppressed. `unstorable_text`: A text contains characters that cannot be stored. They are replaced by U+FFFD.
                 * @enum {string}
                 */
                code: "absurd_latency" | "callback_out_of_range" | "clamped_time" | "contradicted_latency" | "exceeds_total" | "invalid" | "invalid_time" | "negative_latency" | "no_contact_number" | "too_large" | "unknown_field" | "unreadable_callback" | "unreadable_opt_out" | "unstorable_text";
                reason: string;
            }[];
        };
        /** @description How many items were stored, and which were rejected and why. */
        IngestResult: {
            /** @description Items that were stored, or that filled missing values. */
            accepted: number;
            /** @description Items that were already stored and added nothing. */
            duplicates: number;
            rejected: {
                /** @description Position of the item in the request. */
                index: number;
                /** @description JSON pointer into the request. */
                pointer: string;
                code: string;
                detail: string;
            }[];
            /** @description Fields of stored items that could not be used as they are: each is stored as null, or changed as its `code` states, and the rest is kept. */
            warnings: {
                /** @description Position of the item in the request. */
                index: number;
                /** @description The field that is stored as null, or changed as the code states. */
                field: string;
                /** @description The value that was sent; null for an object, an array or a long text. */
                value: number | string | boolean | null;
                /**
                 * @description Why the value could not be used. `absurd_latency`: A latency exceeds the maximum. `callback_out_of_range`: `collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay. `clamped_time`: An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call. `contradicted_latency`: A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`. `exceeds_total`: A quantity exceeds the one that includes it, such as cached tokens the input tokens. `invalid`: The value has the wrong type or is out of range. `invalid_time`: A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived. `negative_latency`: A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`. `no_contact_number`: The contact opted out, but the call has no phone number of the contact that could be suppressed. `too_large`: An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept. `unknown_field`: A turn has no such field. `unreadable_callback`: `collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay. `unreadable_opt_out`: `collected_data.opt_out` is neither yes nor no. The number is not suppressed. `unstorable_text`: A text contains characters that cannot be stored. They are replaced by U+FFFD.
                 * @enum {string}
                 */
                code: "absurd_latency" | "callback_out_of_range" | "clamped_time" | "contradicted_latency" | "exceeds_total" | "invalid" | "invalid_time" | "negative_latency" | "no_contact_number" | "too_large" | "unknown_field" | "unreadable_callback" | "unreadable_opt_out" | "unstorable_text";
                reason: string;
            }[];
        };
        TelemetryResult: {
            turns: components["schemas"]["IngestResult"];
            completions: components["schemas"]["IngestResult"];
        };
        /** @description Metrics of one call. null means not measured, which is not the same as zero. */
        CallMetrics: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
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
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            llm_cache_write_tokens: number | null;
            llm_cache_write_1h_tokens: number | null;
            llm_audio_input_tokens: number | null;
            llm_cached_audio_input_tokens: number | null;
            llm_image_input_tokens: number | null;
            llm_cached_image_input_tokens: number | null;
            llm_audio_output_tokens: number | null;
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            stt_input_tokens: number | null;
            stt_output_tokens: number | null;
            tts_input_tokens: number | null;
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            interruption_count: number | null;
            interruption_rate: number | null;
            overlap_count: number | null;
            sentiment_score: number | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            outcome_confidence: number | null;
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
            providers: {
                stt?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                llm?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                tts?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
                also?: {
                    /** @enum {string} */
                    component: "stt" | "llm" | "tts";
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                    /** @description Seconds. */
                    stt_duration_sec?: number;
                    llm_input_tokens?: number;
                    llm_cached_input_tokens?: number;
                    llm_output_tokens?: number;
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
                    stt_input_tokens?: number;
                    stt_output_tokens?: number;
                    tts_input_tokens?: number;
                    tts_output_tokens?: number;
                    /** @description Seconds of generated speech. */
                    tts_duration_sec?: number;
                }[];
            } | null;
            turn_count: number;
            user_turn_count: number;
            bot_turn_count: number;
            /** @description True when latencies and turn counts were derived from the turns of the call. */
            is_derived: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        CompletedCall: {
            call: components["schemas"]["Call"];
            metrics: components["schemas"]["CallMetrics"] | null;
            /** @description Fields that could not be used as they were sent. The rest is stored. */
            warnings: {
                /** @description The field that is stored as null, or changed as the code states. */
                field: string;
                /** @description The value that was sent; null for an object, an array or a long text. */
                value: number | string | boolean | null;
                /**
                 * @description Why the value could not be used. `absurd_latency`: A latency exceeds the maximum. `callback_out_of_range`: `collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay. `clamped_time`: An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call. `contradicted_latency`: A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`. `exceeds_total`: A quantity exceeds the one that includes it, such as cached tokens the input tokens. `invalid`: The value has the wrong type or is out of range. `invalid_time`: A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived. `negative_latency`: A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`. `no_contact_number`: The contact opted out, but the call has no phone number of the contact that could be suppressed. `too_large`: An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept. `unknown_field`: A turn has no such field. `unreadable_callback`: `collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay. `unreadable_opt_out`: `collected_data.opt_out` is neither yes nor no. The number is not suppressed. `unstorable_text`: A text contains characters that cannot be stored. They are replaced by U+FFFD.
                 * @enum {string}
                 */
                code: "absurd_latency" | "callback_out_of_range" | "clamped_time" | "contradicted_latency" | "exceeds_total" | "invalid" | "invalid_time" | "negative_latency" | "no_contact_number" | "too_large" | "unknown_field" | "unreadable_callback" | "unreadable_opt_out" | "unstorable_text";
                reason: string;
            }[];
        };
        /** @description One utterance of one side, with what was measured. */
        Turn: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            call_id: string;
            /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
            turn_index: number;
            /** @enum {string} */
            role: "user" | "assistant" | "system";
            content: string | null;
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
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            llm_cache_write_tokens: number | null;
            llm_cache_write_1h_tokens: number | null;
            llm_audio_input_tokens: number | null;
            llm_cached_audio_input_tokens: number | null;
            llm_image_input_tokens: number | null;
            llm_cached_image_input_tokens: number | null;
            llm_audio_output_tokens: number | null;
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            stt_input_tokens: number | null;
            stt_output_tokens: number | null;
            tts_input_tokens: number | null;
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            was_interrupted: boolean | null;
            is_filler: boolean | null;
            sentiment: number | null;
            extra_data: {
                [key: string]: unknown;
            } | null;
            /** Format: date-time */
            created_at: string;
        };
        Transcript: {
            /** Format: uuid */
            call_id: string;
            language: string | null;
            turns: {
                /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
                turn_index: number;
                /** @enum {string} */
                role: "user" | "assistant" | "system";
                content: string | null;
                state_id: string | null;
                was_interrupted: boolean | null;
                /** Format: date-time */
                created_at: string;
            }[];
        };
        /** @description The metrics of a call after they were set, and warnings about what was set. */
        CallMetricsWithWarnings: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
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
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            llm_cache_write_tokens: number | null;
            llm_cache_write_1h_tokens: number | null;
            llm_audio_input_tokens: number | null;
            llm_cached_audio_input_tokens: number | null;
            llm_image_input_tokens: number | null;
            llm_cached_image_input_tokens: number | null;
            llm_audio_output_tokens: number | null;
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            stt_input_tokens: number | null;
            stt_output_tokens: number | null;
            tts_input_tokens: number | null;
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            interruption_count: number | null;
            interruption_rate: number | null;
            overlap_count: number | null;
            sentiment_score: number | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            outcome_confidence: number | null;
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
            providers: {
                stt?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                llm?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                tts?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
                also?: {
                    /** @enum {string} */
                    component: "stt" | "llm" | "tts";
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                    /** @description Seconds. */
                    stt_duration_sec?: number;
                    llm_input_tokens?: number;
                    llm_cached_input_tokens?: number;
                    llm_output_tokens?: number;
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
                    stt_input_tokens?: number;
                    stt_output_tokens?: number;
                    tts_input_tokens?: number;
                    tts_output_tokens?: number;
                    /** @description Seconds of generated speech. */
                    tts_duration_sec?: number;
                }[];
            } | null;
            turn_count: number;
            user_turn_count: number;
            bot_turn_count: number;
            /** @description True when latencies and turn counts were derived from the turns of the call. */
            is_derived: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Fields that could not be used as they were sent. The rest is stored. */
            warnings: {
                /** @description The field that is stored as null, or changed as the code states. */
                field: string;
                /** @description The value that was sent; null for an object, an array or a long text. */
                value: number | string | boolean | null;
                /**
                 * @description Why the value could not be used. `absurd_latency`: A latency exceeds the maximum. `callback_out_of_range`: `collected_data.callback_at` is more than an hour before the end of the call, more than a year after it, or no calling window opens after it before the campaign ends. The contact is called after the usual delay. `clamped_time`: An instant of a completion is outside of the call, or in the future. The nearest instant within the call is stored, and the reported one is kept in `extra_data` of the call. `contradicted_latency`: A latency since the end of the speech, which ended before it started. The value is kept in `extra_data.contradicted_<field>`. `exceeds_total`: A quantity exceeds the one that includes it, such as cached tokens the input tokens. `invalid`: The value has the wrong type or is out of range. `invalid_time`: A date-time does not exist or is not supported. A turn without `created_at` gets the time at which it arrived. `negative_latency`: A latency is negative. A negative `e2e_latency` or `eou_latency` is stored as `overlap_ms`. `no_contact_number`: The contact opted out, but the call has no phone number of the contact that could be suppressed. `too_large`: An object is larger than its limit, or has too many fields. Of `collected_data`, `opt_out` and `callback_at` are kept. `unknown_field`: A turn has no such field. `unreadable_callback`: `collected_data.callback_at` cannot be read as a time. The contact is called after the usual delay. `unreadable_opt_out`: `collected_data.opt_out` is neither yes nor no. The number is not suppressed. `unstorable_text`: A text contains characters that cannot be stored. They are replaced by U+FFFD.
                 * @enum {string}
                 */
                code: "absurd_latency" | "callback_out_of_range" | "clamped_time" | "contradicted_latency" | "exceeds_total" | "invalid" | "invalid_time" | "negative_latency" | "no_contact_number" | "too_large" | "unknown_field" | "unreadable_callback" | "unreadable_opt_out" | "unstorable_text";
                reason: string;
            }[];
        };
        /** @description USD per unit from effective_from until effective_to. The billed quantity is `minimum`, and then whole multiples of `increment` for the rest (both in seconds, tokens or characters). Shared prices of the platform have the nil company id. */
        Price: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            component: "stt" | "llm" | "tts" | "livekit";
            provider: string;
            /** @description Empty: the price of every model of the provider that has no price of its own. */
            model: string;
            /**
             * @description The unit that `price` is for.
             * @enum {string}
             */
            unit: "second" | "minute" | "million_characters" | "million_input_tokens" | "million_cached_input_tokens" | "million_cache_write_tokens" | "million_cache_write_1h_tokens" | "million_audio_input_tokens" | "million_cached_audio_input_tokens" | "million_image_input_tokens" | "million_cached_image_input_tokens" | "million_output_tokens" | "million_audio_output_tokens" | "million_image_output_tokens" | "call";
            price: string;
            minimum: string;
            increment: string;
            /** Format: date-time */
            effective_from: string;
            effective_to: string | null;
            source: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A name under which agents report a provider or a model, and the names under which the price book has its price. Provider and model are stored in lower case. */
        PriceAlias: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** @description As agents report it, in any case: a name, a host or a URL. */
            provider: string;
            /** @description As agents report it, in any case. Empty: every model of the provider. */
            model: string;
            price_provider: string;
            /** @description The model in the price book. Empty: the reported model. */
            price_model: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
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
            /** @enum {string} */
            component: "stt" | "llm" | "tts" | "livekit";
            provider: string | null;
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
            unit_price: string | null;
            price_id: string | null;
            via_alias: {
                id: string | null;
                provider: string;
                model: string;
            } | null;
            amount: string | null;
        };
        /** @description The costs of a call. `counted` are the costs that metrics use: reported amounts where there are any, else the sums of the lines. A call without usage has no lines. `superseded` are its costs before each rerate. */
        CallCosts: {
            /** Format: uuid */
            call_id: string;
            counted: components["schemas"]["CostAmounts"];
            reported: components["schemas"]["CostAmounts"];
            lines: components["schemas"]["CostLine"][];
            superseded: {
                /** Format: uuid */
                rerate_id: string;
                /** Format: date-time */
                created_at: string;
                counted: components["schemas"]["CostAmounts"];
                lines: components["schemas"]["CostLine"][];
            }[];
        };
        CostEstimate: {
            per_call: components["schemas"]["CostAmounts"];
            per_minute: components["schemas"]["CostAmounts"] | null;
            lines: components["schemas"]["CostLine"][];
            /** @description Components that are used and have no price. There is no total then. */
            unpriced: ("stt" | "llm" | "tts" | "livekit")[];
            usage: {
                [key: string]: (number | string) | null;
            };
            minutes: number | null;
            n: number | null;
        };
        /** @description A rerate: the calls of a period are priced again. While it is running, the figures cover the calls priced so far. */
        Rerate: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            is_dry_run: boolean;
            /** @enum {string} */
            status: "running" | "completed" | "failed";
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            skillbase_id: string | null;
            campaign_id: string | null;
            calls: number;
            changed_calls: number;
            unpriced_before: number;
            unpriced_after: number;
            before: components["schemas"]["CostAmounts"];
            after: components["schemas"]["CostAmounts"];
            finished_at: string | null;
            error: string | null;
            /** @description Failed attempts in a row. */
            failures: number;
            retry_at: string | null;
            /** Format: date-time */
            created_at: string;
        };
        /** @description Sends an HTTP request, for example to a calendar or a CRM. */
        HttpTool: {
            /**
             * @description Sends an HTTP request. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "HttpTool";
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
            /**
             * @description Headers by name. Each value refers to a secret.
             * @default {}
             */
            headers: {
                [key: string]: {
                    /** @description Name of the secret: upper-case letters, digits and "_". The agent adds its value when it sends the request; the config never contains it. */
                    secret: string;
                    /** @description Text before the secret: one word of letters, digits, "_" and "-", optionally with a space. */
                    prefix?: string;
                };
            };
            /**
             * @description JSON Schema of the arguments that the model fills in. Its type must be object.
             * @default {
             *       "type": "object",
             *       "properties": {}
             *     }
             */
            parameters: {
                /** @enum {unknown} */
                type: "object";
                properties?: Record<string, never>;
                required?: string[];
            };
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
            type: "HandoffTool";
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
            type: "EndCallTool";
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
            /** @description Who the bot is. */
            context: {
                /** @description Who the bot is and what it has to achieve. */
                role: string;
                /** @description How the bot speaks. */
                style: string;
                /** @description The language the bot speaks; `voice.stt_language` unless given. A BCP 47 tag, such as ru or en-US. */
                language?: string;
                /** @description The first sentence of the bot; unless given, the model composes it. */
                greeting?: string;
                /**
                 * @description What the bot must never do or say.
                 * @default []
                 */
                safety_rules: string[];
                /**
                 * @description What the bot knows and may say.
                 * @default []
                 */
                facts: string[];
            };
            /** @description How a conversation proceeds. */
            flow: {
                /**
                 * @description linear: the states in their order. graph: along the transitions.
                 * @enum {string}
                 */
                type: "linear" | "graph";
                /** @description The states of a conversation. */
                states: (string | {
                    /** @description Unique in the flow, ignoring case. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
                    id: string;
                    /** @description Display name. */
                    name: string;
                    /** @description What the bot has to do in this state. */
                    prompt?: string;
                })[];
                /**
                 * @description The transitions of a graph. A linear flow needs none.
                 * @default []
                 */
                transitions: {
                    /** @description Id of the state that the transition leaves. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
                    from: string;
                    /** @description Id of the state that the transition enters. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
                    to: string;
                    /** @description When to follow the transition, in words; without it, when no other condition is met. */
                    condition?: string;
                }[];
                /** @description Id of the state in which a conversation starts; unless given, the first. Letters, digits, "_", "-" and ".", starting with a letter, digit or "_"; at most 64 characters. */
                initial?: string;
            };
            /**
             * @description Handoff to people, and the data to collect.
             * @default {}
             */
            agent: {
                /**
                 * @description When to hand the call over to a person: criteria by name, with any value.
                 * @default {}
                 */
                handoff_criteria: {
                    [key: string]: unknown;
                };
                /**
                 * @description Maps the names of collected data to fields of the CRM.
                 * @default {}
                 */
                crm_field_mapping: {
                    [key: string]: string;
                };
            };
            /**
             * @description Functions that the model may call.
             * @default []
             */
            tools: (components["schemas"]["HttpTool"] | components["schemas"]["HandoffTool"] | components["schemas"]["EndCallTool"])[];
            /** @description Speech synthesis (tts) and speech recognition (stt). */
            voice: {
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
            llm: {
                /** @description Provider of the language model. Lower-case letters, digits, "_" and "-", starting with a letter, such as deepgram. */
                provider: string;
                /** @description The provider's name of the model. */
                model: string;
                /** @description Sampling temperature: 0 is most predictable; unless given, the model's default. */
                temperature?: number;
                /** @description Maximum length of a reply, tokens. */
                max_tokens?: number;
            };
        };
        Skillbase: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
            slug: string;
            description: string | null;
            /** @description Version number, starting at 1. */
            version: number;
            /** @description A SkillbaseConfig with defaults filled in. A config written directly to the database is returned unchanged. */
            config: {
                [key: string]: unknown;
            };
            /** @description false: retired. New campaigns and calls cannot use it. */
            is_active: boolean;
            is_published: boolean;
            published_version: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Parts of the config that are allowed but probably a mistake. In responses to create, update, publish and restore. */
            warnings?: {
                /** @description JSON pointer to the field. */
                pointer: string;
                detail: string;
            }[];
        };
        SkillbaseConfigView: {
            /** Format: uuid */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Version number, starting at 1. */
            version: number;
            /** @description A SkillbaseConfig with defaults filled in. A config written directly to the database is returned unchanged. */
            config: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            updated_at: string;
            /** @description Parts of the config that are allowed but probably a mistake. In responses to create, update, publish and restore. */
            warnings?: {
                /** @description JSON pointer to the field. */
                pointer: string;
                detail: string;
            }[];
        };
        SkillbaseVersionSummary: {
            /** Format: uuid */
            skillbase_id: string;
            /** @description Version number, starting at 1. */
            version: number;
            config_hash: string | null;
            restored_from: number | null;
            /** Format: date-time */
            created_at: string;
        };
        SkillbaseVersion: {
            /** Format: uuid */
            skillbase_id: string;
            /** @description Version number, starting at 1. */
            version: number;
            config_hash: string | null;
            restored_from: number | null;
            /** Format: date-time */
            created_at: string;
            /** @description A SkillbaseConfig with defaults filled in. A config written directly to the database is returned unchanged. */
            config: {
                [key: string]: unknown;
            };
        };
        ConfigReport: {
            /** @description true: there are no errors. */
            valid: boolean;
            /** @description Why the config would be rejected, at most 100 errors. */
            errors: {
                /** @description JSON pointer to the field. */
                pointer: string;
                detail: string;
            }[];
            /** @description Parts that are allowed but probably a mistake. Empty while the config does not match its schema. */
            warnings: {
                /** @description JSON pointer to the field. */
                pointer: string;
                detail: string;
            }[];
            canonical_config: {
                [key: string]: unknown;
            } | null;
            /** @description What each part in another notation than that of SkillbaseConfig is read as. */
            conversions: {
                /** @description JSON pointer to the field. */
                pointer: string;
                detail: string;
            }[];
        };
        /** @description Milliseconds, over turns. Values are null when the latency was never measured. A percentile is the value at rank p (n - 1) of the ascending values, counted from 0, with linear interpolation between the two closest ranks; it is within 1 % of the exact value. */
        LatencyFigures: {
            /** @description Turns for which this latency was measured. */
            n: number;
            avg: number | null;
            min: number | null;
            max: number | null;
            p50: number | null;
            p90: number | null;
            p95: number | null;
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
            stt_duration_sec: number | null;
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            livekit_duration_sec: number | null;
        };
        /** @description `total` is `dialed` + `live`, and `inbound` + `outbound`. `dialed`: calls that were dialed, by the platform or by a caller, and have ended. `answered`: those of them that a person or a machine answered. `not_dialed`: calls that ended without having been dialed; no other count and no rate includes them. */
        CallCounts: {
            total: number;
            completed: number;
            failed: number;
            cancelled: number;
            live: number;
            inbound: number;
            outbound: number;
            dialed: number;
            answered: number;
            not_dialed: number;
        };
        /** @description Number of calls by outcome. Outcomes without a call are absent. */
        OutcomeCounts: {
            success?: number;
            fail?: number;
            callback?: number;
            transferred?: number;
            max_duration?: number;
            no_answer?: number;
            busy?: number;
            voicemail?: number;
            declined?: number;
            invalid_number?: number;
            blocked?: number;
            carrier_error?: number;
            no_capacity?: number;
            agent_error?: number;
            suppressed?: number;
            outside_window?: number;
            cancelled?: number;
            lost?: number;
        };
        /** @description Calls that have the same value in each requested dimension. `key` is the values as text, joined by "/"; it is null when the calls have no value in any dimension. Hours are 0 to 23, weekdays 1 (Monday) to 7. */
        MetricsGroup: {
            key: string | null;
            values: {
                campaign?: number | string | null;
                skillbase?: number | string | null;
                version?: number | string | null;
                outcome?: number | string | null;
                direction?: number | string | null;
                hour_of_day?: number | string | null;
                day_of_week?: number | string | null;
            };
            names: {
                campaign?: string | null;
                skillbase?: string | null;
            };
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            turns: number;
            /** @description Seconds from dialing to the answer, or to the end of a call that nobody answered, over the `n` calls for which it is known. */
            ring: {
                n: number;
                avg: number | null;
            };
            /** @description Seconds from the answer to the end, over the `n` answered calls whose duration is known. */
            duration: {
                n: number;
                avg: number | null;
                min: number | null;
                max: number | null;
                sum: number | null;
            };
            latency: {
                ttfb_stt: components["schemas"]["LatencyFigures"];
                latency_llm: components["schemas"]["LatencyFigures"];
                ttfb_tts: components["schemas"]["LatencyFigures"];
                eou_latency: components["schemas"]["LatencyFigures"];
                e2e_latency: components["schemas"]["LatencyFigures"];
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description Of the calls that report interruptions: `n` is the number of their bot turns, `turns` that of all their turns. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
                turns: number;
                per_turn: number | null;
            };
            /** @description `n` is the number of replies whose beginning relative to the end of the caller's speech is known: bot turns with an `e2e_latency` or `eou_latency`, and overlaps. `count` of them began before the caller had finished; `rate` is their share. null: not measured. */
            overlap: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
        };
        Metrics: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            turns: number;
            /** @description Seconds from dialing to the answer, or to the end of a call that nobody answered, over the `n` calls for which it is known. */
            ring: {
                n: number;
                avg: number | null;
            };
            /** @description Seconds from the answer to the end, over the `n` answered calls whose duration is known. */
            duration: {
                n: number;
                avg: number | null;
                min: number | null;
                max: number | null;
                sum: number | null;
            };
            latency: {
                ttfb_stt: components["schemas"]["LatencyFigures"];
                latency_llm: components["schemas"]["LatencyFigures"];
                ttfb_tts: components["schemas"]["LatencyFigures"];
                eou_latency: components["schemas"]["LatencyFigures"];
                e2e_latency: components["schemas"]["LatencyFigures"];
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description Of the calls that report interruptions: `n` is the number of their bot turns, `turns` that of all their turns. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
                turns: number;
                per_turn: number | null;
            };
            /** @description `n` is the number of replies whose beginning relative to the end of the caller's speech is known: bot turns with an `e2e_latency` or `eou_latency`, and overlaps. `count` of them began before the caller had finished; `rate` is their share. null: not measured. */
            overlap: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
            groups?: components["schemas"]["MetricsGroup"][];
            /** @description Number of groups that are not listed. The 1000 groups with the most calls are listed. */
            groups_left_out?: number;
        };
        MetricsBucket: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /** @description The period covers only a part of the bucket; only calls in the period are counted. */
            is_partial: boolean;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            turns: number;
            /** @description Seconds from dialing to the answer, or to the end of a call that nobody answered, over the `n` calls for which it is known. */
            ring: {
                n: number;
                avg: number | null;
            };
            /** @description Seconds from the answer to the end, over the `n` answered calls whose duration is known. */
            duration: {
                n: number;
                avg: number | null;
                min: number | null;
                max: number | null;
                sum: number | null;
            };
            latency: {
                ttfb_stt: components["schemas"]["LatencyFigures"];
                latency_llm: components["schemas"]["LatencyFigures"];
                ttfb_tts: components["schemas"]["LatencyFigures"];
                eou_latency: components["schemas"]["LatencyFigures"];
                e2e_latency: components["schemas"]["LatencyFigures"];
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description Of the calls that report interruptions: `n` is the number of their bot turns, `turns` that of all their turns. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
                turns: number;
                per_turn: number | null;
            };
            /** @description `n` is the number of replies whose beginning relative to the end of the caller's speech is known: bot turns with an `e2e_latency` or `eou_latency`, and overlaps. `count` of them began before the caller had finished; `rate` is their share. null: not measured. */
            overlap: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
        };
        Timeseries: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /** @enum {string} */
            bucket: "hour" | "day" | "week" | "month";
            buckets: components["schemas"]["MetricsBucket"][];
        };
        /** @description The period compared with the one before it, which is exactly as long: 30 days are 720 hours, also where clocks change. `change` is a share of the previous value: 0.25 is a quarter more. null: nothing to compare with. Figures, and the calls that averages are over, are those of GET /api/analytics/metrics: `duration_avg_sec` is over answered calls, `ring_avg_sec` over dialed ones. */
        Overview: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /** Format: date-time */
            previous_start: string;
            /** Format: date-time */
            previous_end: string;
            calls: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            completed_calls: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            failed_calls: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            turns: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            dialed_calls: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            answered_calls: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            not_dialed_calls: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            answer_rate: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            success_rate: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            interruption_rate: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            overlap_rate: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            interruptions_per_turn: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            ring_avg_sec: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            duration_avg_sec: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            duration_sum_sec: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            e2e_latency_p50: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            e2e_latency_p95: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            eou_latency_p50: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            eou_latency_p95: {
                value: number | null;
                previous: number | null;
                change: number | null;
            };
            cost_total: {
                value: string | null;
                previous: string | null;
                change: number | null;
            };
            cost_per_call: {
                value: string | null;
                previous: string | null;
                change: number | null;
            };
            cost_per_minute: {
                value: string | null;
                previous: string | null;
                change: number | null;
            };
        };
        /** @description Cost and usage of calls. Skillbases and campaigns are listed by total cost, highest first, at most 1000. */
        CostReport: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            calls: number;
            cost: components["schemas"]["CostFigures"];
            usage: components["schemas"]["UsageFigures"];
            by_day: {
                /** Format: date-time */
                start: string;
                /** Format: date-time */
                end: string;
                calls: number;
                cost: components["schemas"]["CostFigures"];
                usage: components["schemas"]["UsageFigures"];
            }[];
            by_skillbase: {
                skillbase_id: string | null;
                name: string | null;
                calls: number;
                cost: components["schemas"]["CostFigures"];
                usage: components["schemas"]["UsageFigures"];
            }[];
            by_campaign: {
                campaign_id: string | null;
                name: string | null;
                calls: number;
                cost: components["schemas"]["CostFigures"];
                usage: components["schemas"]["UsageFigures"];
            }[];
        };
        CampaignRow: {
            /** Format: uuid */
            campaign_id: string;
            name: string;
            /** @enum {string} */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            status_reason: string | null;
            /** Format: uuid */
            skillbase_id: string;
            total_tasks: number;
            completed_tasks: number;
            failed_tasks: number;
            progress: number | null;
            started_at: string | null;
            ended_at: string | null;
            /** Format: date-time */
            created_at: string;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            turns: number;
            /** @description Seconds from dialing to the answer, or to the end of a call that nobody answered, over the `n` calls for which it is known. */
            ring: {
                n: number;
                avg: number | null;
            };
            /** @description Seconds from the answer to the end, over the `n` answered calls whose duration is known. */
            duration: {
                n: number;
                avg: number | null;
                min: number | null;
                max: number | null;
                sum: number | null;
            };
            latency: {
                ttfb_stt: components["schemas"]["LatencyFigures"];
                latency_llm: components["schemas"]["LatencyFigures"];
                ttfb_tts: components["schemas"]["LatencyFigures"];
                eou_latency: components["schemas"]["LatencyFigures"];
                e2e_latency: components["schemas"]["LatencyFigures"];
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description Of the calls that report interruptions: `n` is the number of their bot turns, `turns` that of all their turns. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
                turns: number;
                per_turn: number | null;
            };
            /** @description `n` is the number of replies whose beginning relative to the end of the caller's speech is known: bot turns with an `e2e_latency` or `eou_latency`, and overlaps. `count` of them began before the caller had finished; `rate` is their share. null: not measured. */
            overlap: {
                n: number;
                count: number | null;
                rate: number | null;
            };
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
            /** Format: uuid */
            call_id: string;
            external_call_id: string | null;
            skillbase_id: string | null;
            skillbase_version: number | null;
            campaign_id: string | null;
            /** @enum {string} */
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
            rating: number | null;
            /** @description False: the call ended without having been dialed, for example because its campaign was paused. Of the counts and rates of calls only `calls.not_dialed` includes it. */
            is_dialed: boolean;
            /** @description A person or a machine answered. True also when only the outcome or the turns show it, and `answered_at` is not known. */
            is_answered: boolean;
            /** Format: date-time */
            started_at: string;
            dialed_at: string | null;
            answered_at: string | null;
            ended_at: string | null;
            ring_sec: number | null;
            duration_sec: number | null;
            turn_count: number;
            skillbase_name: string | null;
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
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            llm_cache_write_tokens: number | null;
            llm_cache_write_1h_tokens: number | null;
            llm_audio_input_tokens: number | null;
            llm_cached_audio_input_tokens: number | null;
            llm_image_input_tokens: number | null;
            llm_cached_image_input_tokens: number | null;
            llm_audio_output_tokens: number | null;
            llm_image_output_tokens: number | null;
            llm_session_sec: number | null;
            stt_input_tokens: number | null;
            stt_output_tokens: number | null;
            tts_input_tokens: number | null;
            tts_output_tokens: number | null;
            tts_duration_sec: number | null;
            interruption_count: number | null;
            interruption_rate: number | null;
            overlap_count: number | null;
            sentiment_score: number | null;
            outcome_confidence: number | null;
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
            providers: {
                stt?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                llm?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                tts?: {
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                };
                /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
                also?: {
                    /** @enum {string} */
                    component: "stt" | "llm" | "tts";
                    /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                    provider: string;
                    model?: string;
                    /** @description Seconds. */
                    stt_duration_sec?: number;
                    llm_input_tokens?: number;
                    llm_cached_input_tokens?: number;
                    llm_output_tokens?: number;
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
                    stt_input_tokens?: number;
                    stt_output_tokens?: number;
                    tts_input_tokens?: number;
                    tts_output_tokens?: number;
                    /** @description Seconds of generated speech. */
                    tts_duration_sec?: number;
                }[];
            } | null;
            user_turn_count: number | null;
            bot_turn_count: number | null;
            is_derived: boolean | null;
        };
        CallDetail: {
            call: components["schemas"]["Call"];
            metrics: components["schemas"]["CallMetrics"] | null;
            turns: {
                /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
                turn_index: number;
                /** @enum {string} */
                role: "user" | "assistant" | "system";
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
                was_interrupted: boolean | null;
                is_filler: boolean | null;
                /** Format: date-time */
                created_at: string;
            }[];
        };
        /** @description A changed call that could not be added to the rollups. It is tried again at `retry_at`. */
        SetAsideCall: {
            /** Format: uuid */
            call_id: string;
            /** @description Failed attempts in a row. */
            failures: number;
            error: string | null;
            retry_at: string | null;
        };
        ComparedNumber: {
            a: {
                value: number | null;
                n: number;
            };
            b: {
                value: number | null;
                n: number;
            };
            difference: number | null;
            change: number | null;
            /** @description One side has fewer than 10 measurements. */
            few_samples: boolean;
        };
        /** @description `n` is the number of priced calls. */
        ComparedMoney: {
            a: {
                value: string | null;
                n: number;
            };
            b: {
                value: string | null;
                n: number;
            };
            difference: string | null;
            change: number | null;
            /** @description One side has fewer than 10 measurements. */
            few_samples: boolean;
        };
        ComparedRate: {
            a: {
                value: number | null;
                n: number;
                interval: {
                    low: number;
                    high: number;
                } | null;
            };
            b: {
                value: number | null;
                n: number;
                interval: {
                    low: number;
                    high: number;
                } | null;
            };
            difference: number | null;
            change: number | null;
            /** @description One side has fewer than 10 measurements. */
            few_samples: boolean;
            p_value: number | null;
            is_beyond_chance: boolean | null;
        };
        /** @description Metrics of the calls of one version. */
        VersionFigures: {
            version: number;
            calls: components["schemas"]["CallCounts"];
            answer_rate: number | null;
            success_rate: number | null;
            turns: number;
            /** @description Seconds from dialing to the answer, or to the end of a call that nobody answered, over the `n` calls for which it is known. */
            ring: {
                n: number;
                avg: number | null;
            };
            /** @description Seconds from the answer to the end, over the `n` answered calls whose duration is known. */
            duration: {
                n: number;
                avg: number | null;
                min: number | null;
                max: number | null;
                sum: number | null;
            };
            latency: {
                ttfb_stt: components["schemas"]["LatencyFigures"];
                latency_llm: components["schemas"]["LatencyFigures"];
                ttfb_tts: components["schemas"]["LatencyFigures"];
                eou_latency: components["schemas"]["LatencyFigures"];
                e2e_latency: components["schemas"]["LatencyFigures"];
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description Of the calls that report interruptions: `n` is the number of their bot turns, `turns` that of all their turns. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
                turns: number;
                per_turn: number | null;
            };
            /** @description `n` is the number of replies whose beginning relative to the end of the caller's speech is known: bot turns with an `e2e_latency` or `eou_latency`, and overlaps. `count` of them began before the caller had finished; `rate` is their share. null: not measured. */
            overlap: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls measured by an agent that reports no turns. Latencies and overlaps do not include them. */
            calls_without_turns: number;
        };
        /** @description Two versions of a skillbase compared. `n` is what a figure is over: answered calls for the success rate and the duration, dialed calls for the answer rate and ringing, turns of the agent for the interruption rate, all turns for interruptions per turn. */
        Comparison: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /** Format: uuid */
            skillbase_id: string;
            a: components["schemas"]["VersionFigures"];
            b: components["schemas"]["VersionFigures"];
            compared: {
                success_rate: components["schemas"]["ComparedRate"];
                answer_rate: components["schemas"]["ComparedRate"];
                interruption_rate: components["schemas"]["ComparedNumber"];
                interruptions_per_turn: components["schemas"]["ComparedNumber"];
                overlap_rate: components["schemas"]["ComparedNumber"];
                e2e_latency_p50: components["schemas"]["ComparedNumber"];
                e2e_latency_p95: components["schemas"]["ComparedNumber"];
                eou_latency_p50: components["schemas"]["ComparedNumber"];
                eou_latency_p95: components["schemas"]["ComparedNumber"];
                ring_avg_sec: components["schemas"]["ComparedNumber"];
                duration_avg_sec: components["schemas"]["ComparedNumber"];
                cost_per_call: components["schemas"]["ComparedMoney"];
                cost_per_minute: components["schemas"]["ComparedMoney"];
            };
        };
        /** @description Figures of the current calendar day. `live_calls` and `running_campaigns` are current counts, whenever they started. */
        Stats: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            calls: components["schemas"]["CallCounts"];
            live_calls: number;
            running_campaigns: number;
            answer_rate: number | null;
            success_rate: number | null;
            duration_avg_sec: number | null;
            /** @description Milliseconds, over turns. Values are null when the latency was never measured. A percentile is the value at rank p (n - 1) of the ascending values, counted from 0, with linear interpolation between the two closest ranks; it is within 1 % of the exact value. */
            e2e_latency: {
                /** @description Turns for which this latency was measured. */
                n: number;
                p50: number | null;
                p95: number | null;
                /** @description `n` is below 10, so percentiles depend on single values. */
                few_samples: boolean;
            };
            /** @description Milliseconds, over turns. Values are null when the latency was never measured. A percentile is the value at rank p (n - 1) of the ascending values, counted from 0, with linear interpolation between the two closest ranks; it is within 1 % of the exact value. */
            eou_latency: {
                /** @description Turns for which this latency was measured. */
                n: number;
                p50: number | null;
                p95: number | null;
                /** @description `n` is below 10, so percentiles depend on single values. */
                few_samples: boolean;
            };
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
        };
        ActiveCampaign: {
            /** Format: uuid */
            campaign_id: string;
            name: string;
            /** @enum {string} */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            status_reason: string | null;
            /** Format: uuid */
            skillbase_id: string;
            total_tasks: number;
            completed_tasks: number;
            failed_tasks: number;
            progress: number | null;
            started_at: string | null;
            ended_at: string | null;
            /** Format: date-time */
            created_at: string;
            max_concurrent_calls: number;
            live_calls: number;
        };
        /** @description How many turns had which latency. Each bucket is 2.0 % wide, unless they are merged. */
        LatencyHistogram: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone in which dates, days and hours are read and reported.
             * @default UTC
             */
            timezone: string;
            /** @enum {string} */
            latency: "ttfb_stt" | "latency_llm" | "ttfb_tts" | "eou_latency" | "e2e_latency";
            /** @description Turns for which the latency was measured: the sum of the counts. */
            n: number;
            /** @description The middle of an unmerged bucket differs from each of its values by at most this share. */
            relative_error: number;
            /** @description The buckets that have values, ascending. Values of exactly 0 have a bucket from 0 to 0. */
            buckets: {
                /** @description Values are above it. */
                lower_ms: number;
                /** @description Values are at most this. */
                upper_ms: number;
                count: number;
            }[];
        };
        /** @description The prompt of a skillbase version for a sample contact. */
        Prompt: {
            /** Format: uuid */
            skillbase_id: string;
            version: number;
            /** @description The language the bot speaks, BCP 47. */
            language: string;
            /** @description When the brief was first requested, by the clock of the contact. The system prompt states it, so that the model can work out "tomorrow". */
            now: {
                /** Format: date-time */
                at: string;
                /** Format: date */
                date: string;
                /** @description HH:MM. */
                time: string;
                /** @enum {string} */
                weekday: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
                /** @description IANA time zone. */
                timezone: string;
                /** @description Of the zone at this time. */
                utc_offset: string;
                /** @description false: the contact may be in another zone. The time is that of the campaign, of one of the possible zones, or else UTC. */
                is_timezone_certain: boolean;
            };
            system_prompt: string;
            greeting: string | null;
            /** @description The flow of the conversation as a graph of states. */
            flow: {
                /** @enum {string} */
                type: "linear" | "graph";
                /** @description The state in which the conversation starts. */
                initial: string;
                states: {
                    id: string;
                    name: string;
                    prompt: string | null;
                    /** @description The conversation ends in this state. */
                    is_end: boolean;
                    /** @description Transitions out of the state. The first one whose condition is met is followed. */
                    next: {
                        to: string;
                        condition: string | null;
                    }[];
                }[];
            };
            /** @description Functions that the model may call. */
            functions: {
                name: string;
                description: string;
                parameters: {
                    [key: string]: unknown;
                };
            }[];
            /** @description Variables that the texts of the config use, with their values, by name. */
            variables: {
                name: string;
                value: string | null;
            }[];
        };
        /** @description Everything that an agent needs for a call. */
        Brief: {
            /** Format: uuid */
            call_id: string;
            /** Format: uuid */
            company_id: string;
            campaign_id: string | null;
            /** @enum {string} */
            direction: "inbound" | "outbound";
            /** Format: uuid */
            skillbase_id: string;
            skillbase_version: number;
            /** @description The language the bot speaks, BCP 47. */
            language: string;
            /** @description When the brief was first requested, by the clock of the contact. The system prompt states it, so that the model can work out "tomorrow". */
            now: {
                /** Format: date-time */
                at: string;
                /** Format: date */
                date: string;
                /** @description HH:MM. */
                time: string;
                /** @enum {string} */
                weekday: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
                /** @description IANA time zone. */
                timezone: string;
                /** @description Of the zone at this time. */
                utc_offset: string;
                /** @description false: the contact may be in another zone. The time is that of the campaign, of one of the possible zones, or else UTC. */
                is_timezone_certain: boolean;
            };
            system_prompt: string;
            greeting: string | null;
            /** @description The flow of the conversation as a graph of states. */
            flow: {
                /** @enum {string} */
                type: "linear" | "graph";
                /** @description The state in which the conversation starts. */
                initial: string;
                states: {
                    id: string;
                    name: string;
                    prompt: string | null;
                    /** @description The conversation ends in this state. */
                    is_end: boolean;
                    /** @description Transitions out of the state. The first one whose condition is met is followed. */
                    next: {
                        to: string;
                        condition: string | null;
                    }[];
                }[];
            };
            /** @description Functions that the model may call. */
            functions: {
                name: string;
                description: string;
                parameters: {
                    [key: string]: unknown;
                };
            }[];
            /** @description Variables that the texts of the config use, with their values, by name. */
            variables: {
                name: string;
                value: string | null;
            }[];
            /** @description How to execute each function. */
            tools: {
                name: string;
                /** @enum {string} */
                type: "http" | "handoff" | "end_call";
                http: {
                    url: string;
                    /** @enum {string} */
                    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
                    headers: {
                        name: string;
                        /** @description Name of a secret whose value the agent has. The header is the prefix followed by this value. */
                        secret: string;
                        /** @description Text before the secret. */
                        prefix: string;
                    }[];
                    /** @description Timeout of the request, ms. */
                    timeout_ms: number;
                } | null;
                destination: string | null;
                message: string | null;
            }[];
            stt: {
                /** @description Provider of speech recognition. */
                provider: string;
                model: string | null;
                /** @description BCP 47. */
                language: string;
            };
            llm: {
                /** @description Provider of the language model. */
                provider: string;
                /** @description The provider's name of the model. */
                model: string;
                temperature: number | null;
                max_tokens: number | null;
            };
            tts: {
                /** @description Provider of speech synthesis. */
                provider: string;
                model: string | null;
                /** @description The provider's id of the voice. */
                voice_id: string;
                speed: number | null;
                /** @description BCP 47. */
                language: string;
            };
            /** @description Names of the data to collect in the conversation: the keys of `collected_data`. */
            collect: string[];
            limits: {
                max_call_duration_sec: number | null;
                answer_timeout_sec: number | null;
            };
            /** @description Where the agent reports turns and the result. */
            report: {
                brief_url: string;
                turns_url: string;
                complete_url: string;
                telemetry_url: string;
                /** @description Bearer token for these four URLs and this call only. It expires one hour after the call has ended. */
                token: string;
            };
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
            /** Format: date-time */
            at: string;
            campaign_id: string | null;
            call_id: string | null;
            call_task_id: string | null;
            /** @description call.created, call.ended and call.updated include `call`, call.turns includes `turns`, and call.metrics includes `metrics`, each in the state at the time of delivery. call.status includes `status`. `truncated` lists what was left out because of its size. */
            data: {
                [key: string]: unknown;
            };
        };
        EventPage: {
            items: components["schemas"]["Event"][];
            /** @description Pass this as `after` to get the next page, also when this page contains no events of the requested types. */
            next_after: number;
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
            /** Format: date-time */
            expires_at: string;
        };
        /** @description A URL to which events of the company are sent. */
        Webhook: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            url: string;
            description: string | null;
            event_types: string[];
            is_enabled: boolean;
            disabled_reason: string | null;
            disabled_at: string | null;
            failing_since: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        NewWebhook: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            url: string;
            description: string | null;
            event_types: string[];
            is_enabled: boolean;
            disabled_reason: string | null;
            disabled_at: string | null;
            failing_since: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Key for verifying the signatures of requests (Standard Webhooks). Returned only in this response. */
            secret: string;
        };
        /** @description An event that is sent to a webhook. */
        Delivery: {
            /** Format: uuid */
            company_id: string;
            /**
             * Format: uuid
             * @description The webhook-id header of each request of this delivery.
             */
            id: string;
            /** Format: uuid */
            webhook_id: string;
            event_id: number | null;
            event_type: string;
            /**
             * @description `pending`: Waiting for an attempt, or for the delivery of an earlier event of the same call or campaign. `delivered`: The receiver responded with a 2xx status. `dead`: Eleven attempts within 24 hours failed, or it cannot be sent at all (see `error`); it is sent again only on request.
             * @enum {string}
             */
            status: "pending" | "delivered" | "dead";
            attempt_count: number;
            next_attempt_at: string | null;
            http_status: number | null;
            error: string | null;
            /** Format: date-time */
            created_at: string;
            finished_at: string | null;
        };
        DeliveryWithAttempts: {
            /** Format: uuid */
            company_id: string;
            /**
             * Format: uuid
             * @description The webhook-id header of each request of this delivery.
             */
            id: string;
            /** Format: uuid */
            webhook_id: string;
            event_id: number | null;
            event_type: string;
            /**
             * @description `pending`: Waiting for an attempt, or for the delivery of an earlier event of the same call or campaign. `delivered`: The receiver responded with a 2xx status. `dead`: Eleven attempts within 24 hours failed, or it cannot be sent at all (see `error`); it is sent again only on request.
             * @enum {string}
             */
            status: "pending" | "delivered" | "dead";
            attempt_count: number;
            next_attempt_at: string | null;
            http_status: number | null;
            error: string | null;
            /** Format: date-time */
            created_at: string;
            finished_at: string | null;
            /** @description The request body. */
            body: string;
            attempts: {
                n: number;
                /** Format: date-time */
                at: string;
                http_status: number | null;
                error: string | null;
                /** @description Time from the start of the request to the response, in milliseconds. */
                duration_ms: number;
            }[];
        };
        Resent: {
            /** @description The number of deliveries that are sent again. */
            resent: number;
            /** @description Whether the webhook has more dead deliveries: repeat the request. */
            has_more: boolean;
        };
    };
    responses: {
        /** @description Malformed request: a field, parameter or header is invalid. `errors` lists each with what is allowed. */
        Refusal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
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
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
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
                    "application/json": {
                        /** @description `ok` or `starting`. */
                        status: string;
                    };
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
                    "application/json": {
                        /** @description `ok` or `unready`. */
                        status: string;
                        /** @description Why the service is not ready; empty when it is. */
                        reasons: string[];
                        /** @description The time zone data with which all local times are computed. */
                        timezone_data: {
                            /** @description Release of the IANA time zone database. */
                            version: string;
                            released_on: string | null;
                        };
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getOwnCompany: {
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
                    "application/json": components["schemas"]["Company"];
                };
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
                    "application/json": {
                        items: components["schemas"]["Company"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createCompany: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Unique. Lower-case letters and digits, with single hyphens between them. */
                    slug: string;
                    email?: string | null;
                    phone?: string | null;
                    /** @description Settings of your own programs. At most 64 KiB as JSON, and 1000 fields. */
                    settings?: {
                        [key: string]: unknown;
                    };
                    /** @description Limits of the company. A limit that is not given does not apply. */
                    limits?: {
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
                };
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putCompany: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description Unique. Lower-case letters and digits, with single hyphens between them. */
                    slug?: string;
                    email?: string | null;
                    phone?: string | null;
                    /** @description Settings of your own programs. At most 64 KiB as JSON, and 1000 fields. */
                    settings?: {
                        [key: string]: unknown;
                    };
                    /** @description Limits of the company. A limit that is not given does not apply. */
                    limits?: {
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
                    is_active?: boolean;
                };
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
            header?: never;
            path: {
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description Unique. Lower-case letters and digits, with single hyphens between them. */
                    slug?: string;
                    email?: string | null;
                    phone?: string | null;
                    /** @description Settings of your own programs. At most 64 KiB as JSON, and 1000 fields. */
                    settings?: {
                        [key: string]: unknown;
                    };
                    /** @description Limits of the company. A limit that is not given does not apply. */
                    limits?: {
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
                    is_active?: boolean;
                };
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
    listKeys: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: never;
            path: {
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
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    scopes: ("read" | "write" | "ingest" | "admin")[];
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
            default: components["responses"]["Refusal"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
    updateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
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
                skillbase_id?: string;
                /** @description Text in the name, ignoring case. */
                q?: string;
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
                    "application/json": {
                        items: components["schemas"]["Campaign"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** Format: uuid */
                    skillbase_id: string;
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
                    max_concurrent_calls?: number;
                    calls_per_minute?: number;
                    max_attempts?: number | null;
                    max_retries?: number;
                    /** @description Minutes. */
                    retry_delay_minutes?: number;
                    /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
                    retry_policy?: {
                        [key: string]: {
                            /** @description Maximum number of retries after this outcome. */
                            max?: number;
                            /** @description Minutes before the first retry after this outcome, before the second, and so on. The last one repeats. */
                            delays_minutes?: number[];
                        };
                    };
                    /** @description Share relative to other campaigns. */
                    weight?: number;
                    caller_number?: string | null;
                    /** @description Seconds. */
                    ring_timeout_sec?: number;
                    /** @description Seconds. */
                    max_call_duration_sec?: number;
                };
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the campaign as you read it. Returns 412 when it has changed. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** Format: uuid */
                    skillbase_id?: string;
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
                    max_concurrent_calls?: number;
                    calls_per_minute?: number;
                    max_attempts?: number | null;
                    max_retries?: number;
                    /** @description Minutes. */
                    retry_delay_minutes?: number;
                    /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
                    retry_policy?: {
                        [key: string]: {
                            /** @description Maximum number of retries after this outcome. */
                            max?: number;
                            /** @description Minutes before the first retry after this outcome, before the second, and so on. The last one repeats. */
                            delays_minutes?: number[];
                        };
                    };
                    /** @description Share relative to other campaigns. */
                    weight?: number;
                    caller_number?: string | null;
                    /** @description Seconds. */
                    ring_timeout_sec?: number;
                    /** @description Seconds. */
                    max_call_duration_sec?: number;
                };
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
            header?: never;
            path: {
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
                /** @description The ETag of the campaign as you read it. Returns 412 when it has changed. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** Format: uuid */
                    skillbase_id?: string;
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
                    max_concurrent_calls?: number;
                    calls_per_minute?: number;
                    max_attempts?: number | null;
                    max_retries?: number;
                    /** @description Minutes. */
                    retry_delay_minutes?: number;
                    /** @description Retries per outcome, instead of the defaults. Outcomes: success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost. */
                    retry_policy?: {
                        [key: string]: {
                            /** @description Maximum number of retries after this outcome. */
                            max?: number;
                            /** @description Minutes before the first retry after this outcome, before the second, and so on. The last one repeats. */
                            delays_minutes?: number[];
                        };
                    };
                    /** @description Share relative to other campaigns. */
                    weight?: number;
                    caller_number?: string | null;
                    /** @description Seconds. */
                    ring_timeout_sec?: number;
                    /** @description Seconds. */
                    max_call_duration_sec?: number;
                };
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
                /** @description The ETag of the campaign as you read it. Returns 412 when it has changed. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
                /** @description The ETag of the campaign as you read it. Returns 412 when it has changed. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
                /** @description The ETag of the campaign as you read it. Returns 412 when it has changed. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
                /** @description The ETag of the campaign as you read it. Returns 412 when it has changed. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
                /** @description The ETag of the campaign as you read it. Returns 412 when it has changed. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Statuses of the contacts to return to the queue. Default: failed. */
                    statuses?: ("failed" | "cancelled" | "skipped")[];
                    /** @description Only contacts whose latest outcome is one of these. */
                    outcomes?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                    /** @description Contacts that are left out unless they are asked for, by their latest outcome: `invalid_number` (the number does not exist), `blocked` (the callee blocks calls), `suppressed` (the number was suppressed, and is not any more). Default: none. */
                    include?: ("invalid_number" | "blocked" | "suppressed")[];
                } | null;
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /**
                     * @description Contacts to copy. Default: none. `unreached`: those that were not reached, without those whose outcome is invalid_number, blocked or suppressed, or whose number is suppressed.
                     * @enum {string}
                     */
                    contacts?: "none" | "all" | "unreached";
                } | null;
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
            header?: never;
            path: {
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
    getSchedule: {
        parameters: {
            query?: {
                /** @description Days ahead. */
                days?: number;
            };
            header?: never;
            path: {
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
    getDiagnostics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            header?: never;
            path: {
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
                    "application/json": {
                        items: components["schemas"]["CampaignEvent"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description `pending`: Waiting for the first attempt, or for the first one after a restart. `in_progress`: An attempt is being made, or has ended and its result is being processed. One that a user cancels is hung up, and becomes `cancelled` when its call is over. `completed`: The contact was reached, and no further attempt is due. `retry`: An attempt ended, and the next one is due at `next_attempt_at`. `failed`: The contact was not reached, and no attempt is left. `cancelled`: A user cancelled the contact or stopped the campaign, or the call was cancelled. `skipped`: Not called, because the number is suppressed or the campaign ended first. Also accepted: `queued` for `pending`; `active`, `running`, `calling` for `in_progress`; `finished`, `done` for `completed`; `retrying` for `retry`; `canceled` for `cancelled`. */
                status?: "pending" | "in_progress" | "completed" | "retry" | "failed" | "cancelled" | "skipped";
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description In any notation. */
                phone_number?: string;
                /** @description Text in contact_name, ignoring case. */
                q?: string;
            };
            header?: never;
            path: {
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
                    "application/json": {
                        items: components["schemas"]["CallTask"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    addTasks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tasks: {
                        /** @description A number in any notation, with its extension; further numbers after it are stored as further_numbers. */
                        phone_number: string;
                        phone_extension?: string | null;
                        /** @description Other numbers of the contact, in their order. The next one is called when a number does not exist. */
                        further_numbers?: {
                            /** @description A number in any notation, with its extension; further numbers after it are stored as further_numbers. */
                            phone_number: string;
                            phone_extension?: string | null;
                        }[];
                        contact_name?: string | null;
                        /** @description Data of the contact, for variables of the prompt. At most 64 KiB as JSON, and 1000 fields. */
                        contact_data?: {
                            [key: string]: unknown;
                        };
                        /** @description Contacts with a higher priority are dialed first. */
                        priority?: number;
                        timezone?: string | null;
                        next_attempt_at?: string | null;
                    }[];
                    /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
                    default_country?: string;
                };
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
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Also accepted: `canceled` for `cancelled`; `queued` for `pending`.
                     * @enum {string}
                     */
                    status?: "cancelled" | "pending";
                    phone_extension?: string | null;
                    /** @description Other numbers of the contact, in their order. The next one is called when a number does not exist. */
                    further_numbers?: {
                        /** @description A number in any notation, with its extension; further numbers after it are stored as further_numbers. */
                        phone_number: string;
                        phone_extension?: string | null;
                    }[];
                    contact_name?: string | null;
                    /** @description Data of the contact, for variables of the prompt. At most 64 KiB as JSON, and 1000 fields. */
                    contact_data?: {
                        [key: string]: unknown;
                    };
                    /** @description Contacts with a higher priority are dialed first. */
                    priority?: number;
                    timezone?: string | null;
                    next_attempt_at?: string | null;
                };
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
    deleteTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
    updateTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Also accepted: `canceled` for `cancelled`; `queued` for `pending`.
                     * @enum {string}
                     */
                    status?: "cancelled" | "pending";
                    phone_extension?: string | null;
                    /** @description Other numbers of the contact, in their order. The next one is called when a number does not exist. */
                    further_numbers?: {
                        /** @description A number in any notation, with its extension; further numbers after it are stored as further_numbers. */
                        phone_number: string;
                        phone_extension?: string | null;
                    }[];
                    contact_name?: string | null;
                    /** @description Data of the contact, for variables of the prompt. At most 64 KiB as JSON, and 1000 fields. */
                    contact_data?: {
                        [key: string]: unknown;
                    };
                    /** @description Contacts with a higher priority are dialed first. */
                    priority?: number;
                    timezone?: string | null;
                    next_attempt_at?: string | null;
                };
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
    getTaskHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    suppressions: {
                        phone_number: string;
                        reason?: string;
                        note?: string | null;
                        expires_at?: string | null;
                    }[];
                };
                "text/csv": string;
                "multipart/form-data": {
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
                    /** @enum {string} */
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
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
                    /** @enum {string} */
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
                campaign_id?: string;
                kind?: "call_list" | "suppression_list";
                /** @description `receiving`: The file is being uploaded and read. `waiting`: The file was read, and its rows wait to be merged into the campaign. `merging`: Rows are being merged into the campaign. `completed`: All rows are merged; of a dry run, all rows are counted. `failed`: The file could not be read, or the campaign ended; see `error_message`. `cancelled`: A user cancelled it, and the contacts that it had added and that were not called were removed. `reverting`: The contacts that it added and that were not called yet are being removed. `reverted`: It was reverted after it had completed: its contacts that were not called yet are removed. */
                status?: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";
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
                    "application/json": {
                        items: components["schemas"]["Import"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
    revertImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            header?: never;
            path: {
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
                    "application/json": {
                        items: components["schemas"]["RejectedRow"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
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
            header?: never;
            path: {
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
                    "application/json": {
                        items: components["schemas"]["Suppression"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createSuppression: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    phone_number: string;
                    /** @description ISO 3166-1 alpha-2 country of phone numbers without a country code. */
                    default_country?: string;
                    /**
                     * @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given.
                     * @enum {string}
                     */
                    reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                    note?: string | null;
                    /** @description The suppression ends at this time. Null: it does not expire. */
                    expires_at?: string | null;
                };
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
            header?: never;
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putSuppression: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given.
                     * @enum {string}
                     */
                    reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                    note?: string | null;
                    /** @description The suppression ends at this time. Null: it does not expire. */
                    expires_at?: string | null;
                };
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
            header?: never;
            path: {
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why the number is not called. `opt_out`: The contact asked not to be called again. `blocked`: The callee, or a call-blocking service for them, blocked a call. `do_not_call`: The number is on a do-not-call list. `complaint`: The contact complained about a call. `other`: Any other reason, or none was given.
                     * @enum {string}
                     */
                    reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                    note?: string | null;
                    /** @description The suppression ends at this time. Null: it does not expire. */
                    expires_at?: string | null;
                };
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
    takeCarrierEvents: {
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
                "application/json": {
                    events: ({
                        /** @description Your own id of the event. It is not stored. */
                        event_id?: string;
                        /** Format: uuid */
                        company_id: string;
                        /** Format: uuid */
                        call_id: string;
                        /** @enum {string} */
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
                    } | unknown)[];
                };
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The number to call, in E.164 format. */
                    phone_number: string;
                    /** @description The version of the skillbase to run; the newest by default. */
                    version?: number;
                    /** @description The caller number to show. The carrier chooses one by default. */
                    caller_number?: string;
                    contact_name?: string;
                    /** @description Values for the variables in the texts of the skillbase. At most 64 KiB as JSON, and 1000 fields. */
                    contact_data?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description Seconds that the number may ring.
                     * @default 30
                     */
                    ring_timeout_sec?: number;
                    /**
                     * @description Seconds that the conversation may last.
                     * @default 600
                     */
                    max_call_duration_sec?: number;
                };
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
    takeLivekitWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/webhook+json": {
                    event: string;
                    id?: string;
                    createdAt?: string | number;
                    room?: {
                        [key: string]: unknown;
                    };
                    participant?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
                "application/json": {
                    event: string;
                    id?: string;
                    createdAt?: string | number;
                    room?: {
                        [key: string]: unknown;
                    };
                    participant?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
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
                /** @description How the call ended. `success`: The conversation reached its goal. `fail`: A conversation took place and did not reach its goal. `callback`: The contact asked to be called again; the next attempt is made at the requested time, if it is known. `transferred`: The call was transferred to a person. `max_duration`: The conversation was ended because it reached `max_call_duration_sec`. `no_answer`: Nobody answered the call. `busy`: The line was busy. `voicemail`: A voicemail or an answering machine answered. `declined`: The callee rejected the call. `invalid_number`: The carrier reported that the number does not exist or cannot be called. `blocked`: The callee, or a call-blocking service for them, blocked the call; the number is suppressed. `carrier_error`: The carrier or its SIP trunk failed. `no_capacity`: The carrier had no capacity left for the call. `agent_error`: The voice agent failed, did not join, or did not report how a conversation ended. `suppressed`: The contact was not called, because the number is on the suppression list. `outside_window`: The contact was not called: its calling window was closed, or the campaign ended before it opened. `cancelled`: The call was cancelled, or the carrier had never placed it. `lost`: How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description `queued`: Waiting for a worker to dial it. `dialing`: The carrier is placing the call. `ringing`: The callee's phone is ringing. `active`: The call was answered and has not ended. `completed`: The call ended after it was answered. `failed`: The call ended without a conversation, or the carrier or the voice agent failed. `cancelled`: The call was cancelled before its regular end, or was never placed. Also accepted: `pending` for `queued`; `initiated`, `calling` for `dialing`; `in_progress`, `running`, `connected` for `active`; `canceled` for `cancelled`. */
                status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
                call_task_id?: string;
                /** @description The id of the call in your own system. Unique in the company. */
                external_call_id?: string;
                /** @description true: without the calls that were never dialed; false: only these. Default: both. */
                is_dialed?: boolean;
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
                    "application/json": {
                        items: components["schemas"]["Call"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createCall: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    direction: "inbound" | "outbound";
                    /** Format: uuid */
                    skillbase_id?: string;
                    /** Format: uuid */
                    campaign_id?: string;
                    /** @description Phone numbers are stored in E.164. Other values, such as "anonymous", are stored unchanged. */
                    caller_number?: string;
                    /** @description Phone numbers are stored in E.164. Other values, such as "anonymous", are stored unchanged. */
                    callee_number?: string;
                    /** @description The id of the call in your own system. Unique in the company. */
                    external_call_id?: string;
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
                /** @description How the call ended. `success`: The conversation reached its goal. `fail`: A conversation took place and did not reach its goal. `callback`: The contact asked to be called again; the next attempt is made at the requested time, if it is known. `transferred`: The call was transferred to a person. `max_duration`: The conversation was ended because it reached `max_call_duration_sec`. `no_answer`: Nobody answered the call. `busy`: The line was busy. `voicemail`: A voicemail or an answering machine answered. `declined`: The callee rejected the call. `invalid_number`: The carrier reported that the number does not exist or cannot be called. `blocked`: The callee, or a call-blocking service for them, blocked the call; the number is suppressed. `carrier_error`: The carrier or its SIP trunk failed. `no_capacity`: The carrier had no capacity left for the call. `agent_error`: The voice agent failed, did not join, or did not report how a conversation ended. `suppressed`: The contact was not called, because the number is on the suppression list. `outside_window`: The contact was not called: its calling window was closed, or the campaign ended before it opened. `cancelled`: The call was cancelled, or the carrier had never placed it. `lost`: How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description `queued`: Waiting for a worker to dial it. `dialing`: The carrier is placing the call. `ringing`: The callee's phone is ringing. `active`: The call was answered and has not ended. `completed`: The call ended after it was answered. `failed`: The call ended without a conversation, or the carrier or the voice agent failed. `cancelled`: The call was cancelled before its regular end, or was never placed. Also accepted: `pending` for `queued`; `initiated`, `calling` for `dialing`; `in_progress`, `running`, `connected` for `active`; `canceled` for `cancelled`. */
                status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
                call_task_id?: string;
                /** @description The id of the call in your own system. Unique in the company. */
                external_call_id?: string;
                /** @description true: without the calls that were never dialed; false: only these. Default: both. */
                is_dialed?: boolean;
                /** @description Separator of cells; "," unless given. Excel with Russian settings expects ";". */
                separator?: "," | ";";
                /** @description Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",". */
                decimal?: "." | ",";
                /** @description Start the file with a byte order mark, so that Excel reads it as UTF-8. */
                bom?: boolean;
            };
            header?: never;
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putCall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
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
                    livekit_room_id?: string | null;
                };
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
            header?: never;
            path: {
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
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
                    livekit_room_id?: string | null;
                };
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    rating: number;
                };
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
    addTurns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    turns: ({
                        /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
                        turn_index: number;
                        /** @enum {string} */
                        role: "user" | "assistant" | "system";
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
                        llm_input_tokens?: number | null;
                        llm_cached_input_tokens?: number | null;
                        llm_output_tokens?: number | null;
                        tts_characters?: number | null;
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
                        stt_input_tokens?: number | null;
                        stt_output_tokens?: number | null;
                        tts_input_tokens?: number | null;
                        tts_output_tokens?: number | null;
                        tts_duration_sec?: number | null;
                    } | unknown)[];
                };
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
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
                    outcome_reason?: string;
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
                    interruption_count?: number;
                    /** @description From -1 (negative) to 1 (positive). */
                    sentiment_score?: number;
                    /** @description What the conversation found out. At most 256 KiB as JSON, and 1000 fields. */
                    collected_data?: {
                        [key: string]: unknown;
                    };
                    /** @description USD as billed by the providers. A reported amount replaces the calculated one. */
                    reported_cost?: {
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
                    /** @description Providers and models that served the call. Needed only where they differ from those of the skillbase. */
                    providers?: {
                        stt?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        llm?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        tts?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
                        also?: {
                            /** @enum {string} */
                            component: "stt" | "llm" | "tts";
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                            /** @description Seconds. */
                            stt_duration_sec?: number;
                            llm_input_tokens?: number;
                            llm_cached_input_tokens?: number;
                            llm_output_tokens?: number;
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
                            stt_input_tokens?: number;
                            stt_output_tokens?: number;
                            tts_input_tokens?: number;
                            tts_output_tokens?: number;
                            /** @description Seconds of generated speech. */
                            tts_duration_sec?: number;
                        }[];
                    };
                };
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    turns?: ({
                        /** Format: uuid */
                        call_id: string;
                        /** @description Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice. */
                        turn_index: number;
                        /** @enum {string} */
                        role: "user" | "assistant" | "system";
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
                        llm_input_tokens?: number | null;
                        llm_cached_input_tokens?: number | null;
                        llm_output_tokens?: number | null;
                        tts_characters?: number | null;
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
                        stt_input_tokens?: number | null;
                        stt_output_tokens?: number | null;
                        tts_input_tokens?: number | null;
                        tts_output_tokens?: number | null;
                        tts_duration_sec?: number | null;
                    } | unknown)[];
                    completions?: ({
                        /** Format: uuid */
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
                        outcome_reason?: string;
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
                        interruption_count?: number;
                        /** @description From -1 (negative) to 1 (positive). */
                        sentiment_score?: number;
                        /** @description What the conversation found out. At most 256 KiB as JSON, and 1000 fields. */
                        collected_data?: {
                            [key: string]: unknown;
                        };
                        /** @description USD as billed by the providers. A reported amount replaces the calculated one. */
                        reported_cost?: {
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
                        /** @description Providers and models that served the call. Needed only where they differ from those of the skillbase. */
                        providers?: {
                            stt?: {
                                /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                                provider: string;
                                model?: string;
                            };
                            llm?: {
                                /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                                provider: string;
                                model?: string;
                            };
                            tts?: {
                                /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                                provider: string;
                                model?: string;
                            };
                            /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
                            also?: {
                                /** @enum {string} */
                                component: "stt" | "llm" | "tts";
                                /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                                provider: string;
                                model?: string;
                                /** @description Seconds. */
                                stt_duration_sec?: number;
                                llm_input_tokens?: number;
                                llm_cached_input_tokens?: number;
                                llm_output_tokens?: number;
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
                                stt_input_tokens?: number;
                                stt_output_tokens?: number;
                                tts_input_tokens?: number;
                                tts_output_tokens?: number;
                                /** @description Seconds of generated speech. */
                                tts_duration_sec?: number;
                            }[];
                        };
                    } | unknown)[];
                };
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
    getTranscript: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    listTurns: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
            };
            header?: never;
            path: {
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
                    "application/json": {
                        items: components["schemas"]["Turn"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putCallMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
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
                    llm_input_tokens?: number | null;
                    llm_cached_input_tokens?: number | null;
                    llm_output_tokens?: number | null;
                    tts_characters?: number | null;
                    livekit_duration_sec?: number | null;
                    llm_cache_write_tokens?: number | null;
                    llm_cache_write_1h_tokens?: number | null;
                    llm_audio_input_tokens?: number | null;
                    llm_cached_audio_input_tokens?: number | null;
                    llm_image_input_tokens?: number | null;
                    llm_cached_image_input_tokens?: number | null;
                    llm_audio_output_tokens?: number | null;
                    llm_image_output_tokens?: number | null;
                    llm_session_sec?: number | null;
                    stt_input_tokens?: number | null;
                    stt_output_tokens?: number | null;
                    tts_input_tokens?: number | null;
                    tts_output_tokens?: number | null;
                    tts_duration_sec?: number | null;
                    interruption_count?: number | null;
                    interruption_rate?: number | null;
                    overlap_count?: number | null;
                    sentiment_score?: number | null;
                    outcome?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
                    outcome_confidence?: number | null;
                    outcome_reason?: string | null;
                    cost_stt?: (number | string) | null;
                    cost_llm?: (number | string) | null;
                    cost_tts?: (number | string) | null;
                    cost_livekit?: (number | string) | null;
                    cost_total?: (number | string) | null;
                    turn_count?: number;
                    user_turn_count?: number;
                    bot_turn_count?: number;
                    /** @description Providers and models that served the call. Needed only where they differ from those of the skillbase. */
                    providers?: {
                        stt?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        llm?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        tts?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
                        also?: {
                            /** @enum {string} */
                            component: "stt" | "llm" | "tts";
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                            /** @description Seconds. */
                            stt_duration_sec?: number;
                            llm_input_tokens?: number;
                            llm_cached_input_tokens?: number;
                            llm_output_tokens?: number;
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
                            stt_input_tokens?: number;
                            stt_output_tokens?: number;
                            tts_input_tokens?: number;
                            tts_output_tokens?: number;
                            /** @description Seconds of generated speech. */
                            tts_duration_sec?: number;
                        }[];
                    };
                };
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
            header?: never;
            path: {
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
                /** @description How the call ended. `success`: The conversation reached its goal. `fail`: A conversation took place and did not reach its goal. `callback`: The contact asked to be called again; the next attempt is made at the requested time, if it is known. `transferred`: The call was transferred to a person. `max_duration`: The conversation was ended because it reached `max_call_duration_sec`. `no_answer`: Nobody answered the call. `busy`: The line was busy. `voicemail`: A voicemail or an answering machine answered. `declined`: The callee rejected the call. `invalid_number`: The carrier reported that the number does not exist or cannot be called. `blocked`: The callee, or a call-blocking service for them, blocked the call; the number is suppressed. `carrier_error`: The carrier or its SIP trunk failed. `no_capacity`: The carrier had no capacity left for the call. `agent_error`: The voice agent failed, did not join, or did not report how a conversation ended. `suppressed`: The contact was not called, because the number is on the suppression list. `outside_window`: The contact was not called: its calling window was closed, or the campaign ended before it opened. `cancelled`: The call was cancelled, or the carrier had never placed it. `lost`: How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                /** @description Separator of cells; "," unless given. Excel with Russian settings expects ";". */
                separator?: "," | ";";
                /** @description Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",". */
                decimal?: "." | ",";
                /** @description Start the file with a byte order mark, so that Excel reads it as UTF-8. */
                bom?: boolean;
            };
            header?: never;
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
                /** @description How the call ended. `success`: The conversation reached its goal. `fail`: A conversation took place and did not reach its goal. `callback`: The contact asked to be called again; the next attempt is made at the requested time, if it is known. `transferred`: The call was transferred to a person. `max_duration`: The conversation was ended because it reached `max_call_duration_sec`. `no_answer`: Nobody answered the call. `busy`: The line was busy. `voicemail`: A voicemail or an answering machine answered. `declined`: The callee rejected the call. `invalid_number`: The carrier reported that the number does not exist or cannot be called. `blocked`: The callee, or a call-blocking service for them, blocked the call; the number is suppressed. `carrier_error`: The carrier or its SIP trunk failed. `no_capacity`: The carrier had no capacity left for the call. `agent_error`: The voice agent failed, did not join, or did not report how a conversation ended. `suppressed`: The contact was not called, because the number is on the suppression list. `outside_window`: The contact was not called: its calling window was closed, or the campaign ended before it opened. `cancelled`: The call was cancelled, or the carrier had never placed it. `lost`: How the call ended is unknown: the carrier no longer knows it, cannot be reached, or still reported it as live after it was asked to hang up; or a call without a carrier was silent for longer than calls last. A later report replaces it. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
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
                    "application/json": {
                        items: components["schemas"]["CallMetrics"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
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
                component?: "stt" | "llm" | "tts" | "livekit";
                provider?: string;
                /** @description Empty: the price of every model of the provider that has no price of its own. */
                model?: string;
                /** @description own: prices of the company. everybody: shared prices of the platform. Default: both. */
                scope?: "own" | "everybody";
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
                at?: string | unknown | unknown;
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
                    "application/json": {
                        items: components["schemas"]["Price"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createPrice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    component: "stt" | "llm" | "tts" | "livekit";
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
                    source?: string;
                };
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    deletePrice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    effective_to?: string | null;
                    source?: string | null;
                };
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
                    "application/json": {
                        items: components["schemas"]["PriceAlias"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createPriceAlias: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description As agents report it, in any case: a name, a host or a URL. */
                    provider: string;
                    /** @description As agents report it, in any case. Empty: every model of the provider. */
                    model?: string;
                    price_provider: string;
                    /** @description The model in the price book. Empty: the reported model. */
                    price_model?: string;
                };
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    deletePriceAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description As agents report it, in any case: a name, a host or a URL. */
                    provider?: string;
                    /** @description As agents report it, in any case. Empty: every model of the provider. */
                    model?: string;
                    price_provider?: string;
                    /** @description The model in the price book. Empty: the reported model. */
                    price_model?: string;
                };
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The usage of one call. Cached, written, audio and image tokens are part of the input or output tokens. */
                    usage?: {
                        stt_duration_sec?: number | null;
                        llm_input_tokens?: number | null;
                        llm_cached_input_tokens?: number | null;
                        llm_output_tokens?: number | null;
                        tts_characters?: number | null;
                        llm_cache_write_tokens?: number | null;
                        llm_cache_write_1h_tokens?: number | null;
                        llm_audio_input_tokens?: number | null;
                        llm_cached_audio_input_tokens?: number | null;
                        llm_image_input_tokens?: number | null;
                        llm_cached_image_input_tokens?: number | null;
                        llm_audio_output_tokens?: number | null;
                        llm_image_output_tokens?: number | null;
                        llm_session_sec?: number | null;
                        stt_input_tokens?: number | null;
                        stt_output_tokens?: number | null;
                        tts_input_tokens?: number | null;
                        tts_output_tokens?: number | null;
                        tts_duration_sec?: number | null;
                        livekit_duration_sec?: number | null;
                    };
                    /** @description Length of the call that `usage` describes. */
                    minutes?: number;
                    /** Format: uuid */
                    skillbase_id?: string;
                    skillbase_version?: number;
                    /** @description Providers and models that served the call. Needed only where they differ from those of the skillbase. */
                    providers?: {
                        stt?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        llm?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        tts?: {
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                        };
                        /** @description Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately. */
                        also?: {
                            /** @enum {string} */
                            component: "stt" | "llm" | "tts";
                            /** @description As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`). */
                            provider: string;
                            model?: string;
                            /** @description Seconds. */
                            stt_duration_sec?: number;
                            llm_input_tokens?: number;
                            llm_cached_input_tokens?: number;
                            llm_output_tokens?: number;
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
                            stt_input_tokens?: number;
                            stt_output_tokens?: number;
                            tts_input_tokens?: number;
                            tts_output_tokens?: number;
                            /** @description Seconds of generated speech. */
                            tts_duration_sec?: number;
                        }[];
                    };
                    /** @description Whether the call uses the telephone network. Default: true. */
                    is_phone?: boolean;
                    /**
                     * Format: date-time
                     * @description ISO 8601 date and time with an offset or Z.
                     */
                    at?: string;
                };
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
                    start: string | unknown | unknown;
                    /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
                    end: string | unknown | unknown;
                    /**
                     * @description Only report what would change. Costs are changed only when this is false.
                     * @default true
                     */
                    dry_run?: boolean;
                    /** Format: uuid */
                    skillbase_id?: string;
                    /** Format: uuid */
                    campaign_id?: string;
                };
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
                    "application/json": {
                        items: components["schemas"]["Rerate"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getRerate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    getCallCosts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            header?: never;
            path: {
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
                    "application/json": {
                        items: components["schemas"]["SkillbaseVersionSummary"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getSkillbaseVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    publishSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag from the last read. The change is rejected with 412 if the resource has changed since. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description The version to publish; the newest unless given. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Version number, starting at 1. */
                    version?: number;
                } | null;
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
                /** @description The ETag from the last read. The change is rejected with 412 if the resource has changed since. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
                /** @description The ETag from the last read. The change is rejected with 412 if the resource has changed since. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Version number, starting at 1. */
                    version: number;
                };
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON value. Its errors are in the response; they do not fail the request. */
                    config: unknown;
                };
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON value; the stored config unless given. */
                    config?: unknown;
                } | null;
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
                is_active?: boolean;
                is_published?: boolean;
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
                    "application/json": {
                        items: components["schemas"]["Skillbase"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createSkillbase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Display name. */
                    name: string;
                    /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
                    slug: string;
                    description?: string | null;
                    config: components["schemas"]["SkillbaseConfig"];
                };
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putSkillbase: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag from the last read. The change is rejected with 412 if the resource has changed since. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Display name. */
                    name?: string;
                    /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
                    slug?: string;
                    description?: string | null;
                    is_active?: boolean;
                    config?: components["schemas"]["SkillbaseConfig"];
                };
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
            header?: never;
            path: {
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
                /** @description The ETag from the last read. The change is rejected with 412 if the resource has changed since. */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Display name. */
                    name?: string;
                    /** @description Unique in the company. Lower-case letters and digits, with single hyphens between them. */
                    slug?: string;
                    description?: string | null;
                    is_active?: boolean;
                    /** @description Merged into the current config. At most 256 KiB as JSON, and 1000 fields. */
                    config?: {
                        [key: string]: unknown;
                    };
                };
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
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    putSkillbaseConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag from the last read. The change is rejected with 412 if the resource has changed since. */
                "if-match"?: string;
            };
            path: {
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
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description One or two dimensions. In a URL, repeat the parameter or separate them with a comma. */
                group_by?: ("campaign" | "skillbase" | "version" | "outcome" | "direction" | "hour_of_day" | "day_of_week")[];
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
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description Size of the time buckets. GET /api/analytics/timeseries uses days when it is absent. A response has at most 2000 buckets. */
                bucket?: "hour" | "day" | "week" | "month";
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
                    "application/json": components["schemas"]["Timeseries"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getOverview: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            };
            header?: never;
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
    listCampaignRows: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description Also accepted: `active`, `in_progress`, `started` for `running`; `on_hold` for `paused`; `finished`, `done` for `completed`; `cancelled`, `canceled` for `stopped`. */
                status?: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
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
                    "application/json": {
                        items: components["schemas"]["CampaignRow"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCosts: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            };
            header?: never;
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Up to ten queries by name. A query with `bucket` returns a time series, any other returns metrics. */
                    queries: {
                        [key: string]: {
                            /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
                            start?: string | unknown | unknown;
                            /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. */
                            end?: string | unknown | unknown;
                            /**
                             * @description IANA time zone in which dates, days and hours are read and reported.
                             * @default UTC
                             */
                            timezone?: string;
                            /** Format: uuid */
                            skillbase_id?: string;
                            skillbase_version?: number;
                            /** Format: uuid */
                            campaign_id?: string;
                            /** @enum {string} */
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
                    };
                };
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
    listCallRows: {
        parameters: {
            query?: {
                /** @description Items per page. Also accepted as `page_size`. */
                limit?: number;
                /** @description The `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Number of items to skip, as an alternative to `cursor`. Also accepted as `page` (the number of a page of `limit` items, starting at 1). */
                skip?: number;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description Also accepted: `pending` for `queued`; `initiated`, `calling` for `dialing`; `in_progress`, `running`, `connected` for `active`; `canceled` for `cancelled`. */
                status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
                /** @description true: the calls that figures count. false: only the calls that ended without having been dialed. */
                is_dialed?: boolean;
                min_duration_sec?: number;
                max_duration_sec?: number;
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
                    "application/json": {
                        items: components["schemas"]["CallRow"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getCallDetail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    listSetAsideCalls: {
        parameters: {
            query?: {
                /** @description Also accepted as `page_size`. */
                limit?: number;
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
                    "application/json": {
                        items: components["schemas"]["SetAsideCall"][];
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    listRecentCalls: {
        parameters: {
            query?: {
                /** @description Also accepted as `page_size`. */
                limit?: number;
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
                    "application/json": {
                        items: components["schemas"]["CallRow"][];
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    compareVersions: {
        parameters: {
            query: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id: string;
                version_a: number;
                version_b: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
            };
            header?: never;
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
    getStats: {
        parameters: {
            query?: {
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
            };
            header?: never;
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
                /** @description Also accepted as `page_size`. */
                limit?: number;
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
                    "application/json": {
                        items: components["schemas"]["ActiveCampaign"][];
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getLatencyHistogram: {
        parameters: {
            query?: {
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `start_date`. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant. Also accepted as `end_date` (a date includes that day, a date-time is the exclusive end). */
                end?: string | unknown | unknown;
                /** @description IANA time zone in which dates, days and hours are read and reported. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How the call ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description The latency whose values are counted. Default: e2e_latency. */
                latency?: "ttfb_stt" | "latency_llm" | "ttfb_tts" | "eou_latency" | "e2e_latency";
                /** @description How many neighbouring buckets become one: 5 gives buckets that are 10 % wide, 35 buckets that double. Counts stay exact. */
                merge?: number;
            };
            header?: never;
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
            header?: never;
            path: {
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
    getBrief: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
                /** @description Return only events of these types, separated by commas. */
                types?: string;
                /** @description Also accepted as `page_size`. */
                limit?: number;
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
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createLiveTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
                    "application/json": {
                        items: components["schemas"]["Webhook"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uri
                     * @description An https URL whose host has a public address.
                     */
                    url: string;
                    /** @description Event types to receive. `*` stands for all types except call.turns, which must be listed explicitly. */
                    event_types: ("*" | "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "task.updated" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.auto_started" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_reverted" | "campaign.end_passed" | "campaign.set_aside" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.reverted" | "webhook.disabled")[];
                    description?: string | null;
                    is_enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhook"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            default: components["responses"]["Refusal"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uri
                     * @description An https URL whose host has a public address.
                     */
                    url?: string;
                    /** @description Event types to receive. `*` stands for all types except call.turns, which must be listed explicitly. */
                    event_types?: ("*" | "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "task.updated" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.auto_started" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_reverted" | "campaign.end_passed" | "campaign.set_aside" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.reverted" | "webhook.disabled")[];
                    description?: string | null;
                    is_enabled?: boolean;
                };
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhook"];
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
                status?: "pending" | "delivered" | "dead";
                event_type?: "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "task.updated" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.auto_started" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_reverted" | "campaign.end_passed" | "campaign.set_aside" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.reverted" | "webhook.disabled" | "webhook.test";
            };
            header?: never;
            path: {
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
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        /** @description Number of matching items, counted up to 10,000. */
                        total: number;
                        /** @description false: there are more than `total` items. */
                        total_is_exact: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
            default: components["responses"]["Refusal"];
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
            };
        };
        responses: {
            /** @description An event that is sent to a webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    resendDeadDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never> | null;
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
}
