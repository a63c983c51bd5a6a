// Made by `npm run sdk:types` from the API's own description.
export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["getLiveness"];
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
        /** Whether the database answers and has every migration */
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
        /** The company this key belongs to */
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
        /** Companies, newest first */
        get: operations["listCompanies"];
        put?: never;
        /** Make a company */
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
        /** One company */
        get: operations["getCompany"];
        /** Change a company (what is named, objects as a whole) */
        put: operations["putCompany"];
        post?: never;
        /** Delete a company that is switched off, with all it has */
        delete: operations["deleteCompany"];
        options?: never;
        head?: never;
        /** Change a company (JSON merge patch: what is named) */
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
        /** Keys of a company, newest first */
        get: operations["listKeys"];
        put?: never;
        /** Make a key; it is shown this once */
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
        /** One key */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /** Revoke a key; it is refused everywhere within 5 s */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        /** Rename a key */
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
        /** Campaigns, newest first */
        get: operations["listCampaigns"];
        put?: never;
        /** Make a campaign, a draft */
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
        /** One campaign */
        get: operations["getCampaign"];
        /** Change a campaign (what is named, objects as a whole); what may change depends on its state */
        put: operations["putCampaign"];
        post?: never;
        /** Delete a campaign that made no calls, with its tasks */
        delete: operations["deleteCampaign"];
        options?: never;
        head?: never;
        /** Change a campaign (JSON merge patch: what is named); what may change depends on its state */
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
        /** Start it, or schedule it when its start_time lies ahead */
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
        /** Begin no other call; those that live end by themselves */
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
        /** Go on where it was paused */
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
        /** End it: open tasks are cancelled; with hang_up live calls end too */
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
        /** Take up again the contacts that failed, or others that ended; what is over runs again */
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
        /** Make a draft with the same settings, and the same contacts if asked */
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
        /** How far it is, counted from its rows */
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
        /** When it may dial in the days to come, and its contacts in each zone */
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
        /** Why it is not dialing right now, with counts for each reason */
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
        /** What happened to it, latest first */
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
        /** Contacts of a campaign, newest first */
        get: operations["listTasks"];
        put?: never;
        /** Add contacts, each number once; bad ones are told and harm no other */
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
        /** One contact of a campaign */
        get: operations["getTask"];
        /** Change a contact (what is named, objects as a whole), cancel it, or take it up again */
        put: operations["putTask"];
        post?: never;
        /** Take a contact that was never called off its campaign */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /** Change a contact (JSON merge patch: what is named), cancel it, or take it up again */
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
        /** What was decided of a contact, when, and by which rule; oldest first */
        get: operations["getTaskHistory"];
        put?: never;
        post?: never;
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
        /** Add the contacts of a file: CSV, .xlsx or JSON lines; a long one goes on by itself (202) */
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
        /** Files of contacts, newest first */
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
        /** One file, and how far it is */
        get: operations["getImport"];
        put?: never;
        post?: never;
        /** Take back the contacts that a file added and nobody called yet; its account stays */
        delete: operations["takeBackImport"];
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
        /** Rows of a file that were not taken, and why; kept for 30 days */
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
        /** The same as a CSV file under the columns of the upload: mend it and send it again */
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
        /** Stop a file that is being taken in; the workers take back what it added */
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
        /** Suppressed numbers, newest first */
        get: operations["listSuppressions"];
        put?: never;
        /** Suppress a number; one that is there is answered (200), and lengthened if this ends later */
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
        /** Suppressed numbers as a CSV file, which import takes */
        get: operations["exportSuppressions"];
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
        /** Suppress a list of numbers, JSON or CSV; bad rows are told and harm no other */
        post: operations["importSuppressions"];
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
        /** One suppressed number */
        get: operations["getSuppression"];
        /** Change why and until when a number is suppressed (what is named, objects as a whole) */
        put: operations["putSuppression"];
        post?: never;
        /** Let a number be called again; contacts that were skipped stay so */
        delete: operations["deleteSuppression"];
        options?: never;
        head?: never;
        /** Change why and until when a number is suppressed (JSON merge patch: what is named) */
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
        /** What happened to calls, as a carrier says it, signed; twice, late or in any order */
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
        /** Call a number to try a skillbase, outside of any campaign; suppressions and limits hold */
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
        /** What LiveKit says of rooms, signed; doubled, late or lost ones do no harm */
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
        /** Calls, latest first */
        get: operations["listCalls"];
        put?: never;
        /** Note a call that began; the same external_call_id again answers the same call (200) */
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
        /** Calls as a CSV file, latest first */
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
        /** One call */
        get: operations["getCall"];
        /** Change a call (what is named, objects as a whole) */
        put: operations["putCall"];
        post?: never;
        /** Delete a call that ended and is of no campaign, with its turns and metrics */
        delete: operations["deleteCall"];
        options?: never;
        head?: never;
        /** Change a call (JSON merge patch: what is named) */
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
        /** Rate a call, 1 to 5; the last rating counts */
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
        /** Store turns, each once by its index; sent again, nothing is doubled */
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
        /** End a call and derive its metrics; said again, only what was not known is filled */
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
        /** Turns and completions of many calls, each item answered by itself */
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
        /** What was said in a call */
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
        /** The turns of a call with all that was measured, in their order */
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
        /** What the turns of a call add up to */
        get: operations["getCallMetrics"];
        /** Metrics of a call whose agent keeps no turns; what turns say wins */
        put: operations["putCallMetrics"];
        post?: never;
        /** Delete the metrics of a call; its turns stay */
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
        /** Metrics of calls as a CSV file, latest call first */
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
        /** Metrics of calls, latest call first */
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
        /** The company's prices and everybody's, latest first */
        get: operations["listPrices"];
        put?: never;
        /** Add a price; the one in force for the same thing ends where it begins */
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
        /** One price */
        get: operations["getPrice"];
        put?: never;
        post?: never;
        /** Take back a price that has not begun */
        delete: operations["deletePrice"];
        options?: never;
        head?: never;
        /** Say when a price ends, or where it is from */
        patch: operations["updatePrice"];
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
        /** What a call will cost, by its usage or by a skillbase's own history */
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
        /** Price the calls of a period anew, or say what that would change; a long one goes on by itself (202) */
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
        /** When history was priced anew, latest first */
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
        /** How far a rerate has come */
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
        /** What a call cost, line by line, and what it was said to cost before */
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
        /** Versions of a skillbase, newest first */
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
        /** One version, with its config */
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
        /** Publish a version, without one the newest: new campaigns and calls run it */
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
        /** Take back what is published; campaigns that run go on */
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
        /** Make the config of an old version the present one, as a new version */
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
        /** Whether a config would be taken; a bad one is no error of this request */
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
        /** Whether a config, without one the stored, would be taken */
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
        /** Skillbases, newest first */
        get: operations["listSkillbases"];
        put?: never;
        /** Make a skillbase; its config is version 1 */
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
        /** One skillbase, with its ETag */
        get: operations["getSkillbase"];
        /** Change a skillbase (what is named, objects as a whole); a config that differs becomes a new version */
        put: operations["putSkillbase"];
        post?: never;
        /** Delete a skillbase that nothing uses, with its versions */
        delete: operations["deleteSkillbase"];
        options?: never;
        head?: never;
        /** Change a skillbase (JSON merge patch: what is named); a config that differs becomes a new version */
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
        /** The present config, with an ETag of its own */
        get: operations["getSkillbaseConfig"];
        /** Replace the config (the body is the config); one that differs becomes a new version */
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
        /** What the calls of a period add up to, and each group of them */
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
        /** The same by hour, day, week or month of a time zone, empty ones too */
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
        /** A period against the one before it */
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
        /** Campaigns, newest first, with what their calls of a period add up to */
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
        /** What calls cost, by day, by skillbase and by campaign */
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
        /** Up to ten queries at one moment, each by a name */
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
        /** Calls of a period with what was measured of each, latest first */
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
        /** A call, its metrics, and the latencies of each turn */
        get: operations["getCallDetail"];
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
        /** The latest calls, with what was measured of each */
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
        /** Two versions of a skillbase side by side */
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
        /** Today in a time zone, and what goes on now */
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
        /** Campaigns that were started and are not over, newest first */
        get: operations["listActiveCampaigns"];
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
        /** What an agent would work from: prompt, greeting, flow and functions, for a sample contact */
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
        /** All that an agent needs for a call; always the same for the same call, but for its token */
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
        /** What happened after an event, in order; kept for a week */
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
        /** A ticket that opens one WebSocket within 30 s, for browsers */
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
        /** Webhooks, newest first */
        get: operations["listWebhooks"];
        put?: never;
        /** Make a webhook, told of what happens from now on; its secret is shown this once */
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
        /** One webhook */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Delete a webhook, and what it would still be told */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /** Change a webhook; switched on again, it goes on where it stopped */
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
        /** Replace the secret; the old one signs beside it for a day */
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
        /** What a webhook was told or is to be, newest first; kept for 30 days */
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
        /** One delivery with every attempt: when, what was answered, how long it took */
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
        /** Send one again, under the same id */
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
        /** Send again all that was given up */
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
        /** Send a test, and answer what came of it; it is tried once */
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
            /** @description A URI that names the kind of problem; `about:blank` where the status says it. */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong and what to do, for a person. */
            detail: string;
            /** @description What is wrong, for a program. */
            code: string;
            errors?: {
                pointer: string;
                detail: string;
            }[];
            request_id: string;
        };
        Company: {
            /** Format: uuid */
            id: string;
            name: string;
            slug: string;
            email: string | null;
            phone: string | null;
            settings: {
                [key: string]: unknown;
            };
            /** @description What the company may use at most; what is not named is not limited. */
            limits: {
                max_concurrent_calls?: number;
                calls_per_minute?: number;
                requests_per_minute?: number;
                /** @description In any 24 hours, over all campaigns. */
                attempts_per_number_per_day?: number;
                /** @description In any 7 days, over all campaigns. */
                attempts_per_number_per_week?: number;
            };
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
            /** @description The beginning of the key, to tell it by. */
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
            /** @description The beginning of the key, to tell it by. */
            prefix: string;
            scopes: ("read" | "write" | "ingest" | "admin")[];
            expires_at: string | null;
            last_used_at: string | null;
            revoked_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description The key itself, shown this once. */
            key: string;
        };
        /** @description Whom to call, with which skillbase, when, how fast, how often again. */
        Campaign: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            skillbase_id: string;
            skillbase_version: number | null;
            name: string;
            description: string | null;
            /** @enum {string} */
            status: "draft" | "scheduled" | "running" | "paused" | "completed" | "stopped";
            status_reason: string | null;
            start_time: string | null;
            end_time: string | null;
            daily_start_time: string | null;
            daily_end_time: string | null;
            /** @description IANA zone. */
            timezone: string;
            days_of_week: number[] | null;
            /** @description Dates on which nobody is called, in the zone of the campaign and of the contact. */
            blackout_dates: string[];
            contact_daily_start_time: string | null;
            contact_daily_end_time: string | null;
            max_concurrent_calls: number;
            calls_per_minute: number;
            max_retries: number;
            /** @description Minutes. */
            retry_delay_minutes: number;
            /** @description What differs from the usual after an outcome (success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost). */
            retry_policy: {
                [key: string]: {
                    /** @description Attempts after one with this outcome. */
                    max?: number;
                    /** @description Minutes to the next attempt after the first, the second ...; the last one repeats. */
                    delays_minutes?: number[];
                };
            };
            /** @description Its share beside other campaigns. */
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
        /** @description Counted from rows at this moment. */
        CampaignStats: {
            /** Format: uuid */
            campaign_id: string;
            tasks: {
                total: number;
                /** @description pending, in_progress and retry. */
                open: number;
                /** @description All others. */
                done: number;
                /** @description Tasks by state; a state without tasks is left out. */
                by_status: {
                    [key: string]: number;
                };
                /** @description Tasks by the outcome of their latest attempt. */
                by_outcome: {
                    [key: string]: number;
                };
            };
            calls: {
                total: number;
                /** @description In no final state. */
                live: number;
                /** @description Calls by state. */
                by_status: {
                    [key: string]: number;
                };
                /** @description Calls by outcome. */
                by_outcome: {
                    [key: string]: number;
                };
                average_duration_sec: number | null;
            };
            /** @description Attempts that counted, over all tasks. */
            attempts: number;
            /** @description done / total; 0 without tasks. */
            progress: number;
            /** @description Attempts that began in the last 60 s. */
            calls_last_minute: number;
            expected_end_at: string | null;
        };
        /** @description Something that happened to a campaign. */
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
            /** @description IANA zone. */
            timezone: string;
            is_open: boolean;
            /** @description When the campaign may dial, half-open. */
            openings: {
                /** Format: date-time */
                start: string;
                /** Format: date-time */
                end: string;
            }[];
            /** @description For waiting contacts, by the zones they are in; those with most come first, 100 at most. */
            zones: {
                /** @description Zones of contacts, joined by commas; empty: that of the campaign. */
                dial_timezone: string;
                /** @description Contacts that wait. */
                waiting: number;
                is_open: boolean;
                next_opening: {
                    /** Format: date-time */
                    start: string;
                    /** Format: date-time */
                    end: string;
                } | null;
            }[];
        };
        /** @description Why a campaign is not dialing right now. */
        Diagnostics: {
            /** Format: uuid */
            campaign_id: string;
            /** @description Somebody could be dialed this moment. */
            can_dial: boolean;
            waiting: number;
            in_progress: number;
            /** @description Waiting, due, in an open window, not suppressed, in no call. */
            dialable: number;
            reasons: {
                /** @enum {string} */
                code: "not_running" | "company_inactive" | "nobody_waiting" | "not_due" | "window_closed" | "no_window" | "zone_not_worked_out" | "suppressed" | "number_in_call" | "at_max_concurrent_calls" | "at_calls_per_minute" | "company_at_max_concurrent_calls" | "company_at_calls_per_minute" | "no_worker";
                detail: string;
                contacts: number | null;
                until: string | null;
            }[];
        };
        /** @description One contact of one campaign. */
        CallTask: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            campaign_id: string;
            phone_number: string;
            contact_name: string | null;
            contact_data: {
                [key: string]: unknown;
            };
            timezone: string | null;
            dial_timezone: string | null;
            timezone_source: ("given" | "number" | "campaign") | null;
            /** @enum {string} */
            status: "pending" | "in_progress" | "completed" | "retry" | "failed" | "cancelled" | "skipped";
            attempt_count: number;
            last_attempt_at: string | null;
            next_attempt_at: string | null;
            call_id: string | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            error_message: string | null;
            /** @description Higher is dialed sooner. */
            priority: number;
            /** @description Attempts by outcome since the task was last taken up: what retries are judged by. */
            outcome_counts: {
                [key: string]: number;
            };
            import_id: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description priority, or above all of them for a callback. */
            dial_priority: number;
            /**
             * Format: date-time
             * @description next_attempt_at, or when it was added.
             */
            due_at: string;
        };
        /** @description What became of each contact. */
        TasksAdded: {
            created: number;
            /** @description In the campaign already, or twice in the request. */
            skipped: number;
            /** @description Numbers that the company does not call. */
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
                 * @description Of an attempt its call's state, of a decision what the task became.
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
        /** @description What becomes of the rows of a file. */
        Uploaded: {
            /** Format: uuid */
            import_id: string;
            /**
             * @description receiving: the file comes; waiting, merging: its rows go into the campaign; taking_back: they are taken out again.
             * @enum {string}
             */
            status: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "taking_back" | "taken_back";
            is_dry_run: boolean;
            /** @description Rows below the heading. */
            total: number;
            /** @description New contacts. */
            created: number;
            /** @description Contacts that were there, with on_duplicate = update. */
            updated: number;
            /** @description Numbers that were there, or twice in the file, with on_duplicate = skip. */
            skipped: number;
            /** @description Numbers that the company does not call. */
            suppressed: number;
            /** @description Rows that could not be taken. */
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
            /** @description With dry_run: the first 20 rows, as they would be read. */
            preview: {
                [key: string]: unknown;
            }[];
            same_file_import_id: string | null;
        };
        /** @description A file of contacts for a campaign, and what became of its rows. */
        Import: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            campaign_id: string;
            /**
             * @description receiving: the file comes; waiting, merging: its rows go into the campaign; taking_back: they are taken out again.
             * @enum {string}
             */
            status: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "taking_back" | "taken_back";
            /** @description Nothing went into the campaign: the counts say what would. */
            is_dry_run: boolean;
            /** @enum {string} */
            on_duplicate: "skip" | "update" | "reject";
            file_name: string | null;
            file_bytes: number;
            file_sha256: string | null;
            key_id: string | null;
            /** @description How the file was understood: format, encoding, delimiter, and where each column went. */
            reading: {
                [key: string]: unknown;
            };
            /** @description The first 20 rows, as they were read. */
            preview: {
                [key: string]: unknown;
            }[];
            /** @description Rejected rows by their code. */
            refusals: {
                [key: string]: number;
            };
            /** @description Rows below the heading. */
            total: number;
            /** @description New contacts. */
            created: number;
            /** @description Contacts that were there, with on_duplicate = update. */
            updated: number;
            /** @description Numbers that were there, or twice in the file, with on_duplicate = skip. */
            skipped: number;
            /** @description Numbers that the company does not call. */
            suppressed: number;
            /** @description Rows that could not be taken. */
            rejected: number;
            /** @description Contacts that DELETE, or a cancelled import, took out again. */
            taken_back: number;
            /** @description How far into the file it is. */
            line: number;
            error_code: string | null;
            error_message: string | null;
            /** Format: date-time */
            alive_at: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            finished_at: string | null;
        };
        /** @description A row that was not taken, with its cells as they came. */
        RefusedRow: {
            line: number;
            code: string;
            detail: string | null;
            cells: unknown[];
        };
        /** @description A number that no campaign of the company calls. */
        Suppression: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** @description E.164. */
            phone_number: string;
            /**
             * @description Why it is not called.
             * @enum {string}
             */
            reason: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
            /**
             * @description Who said so.
             * @enum {string}
             */
            source: "api" | "import" | "call";
            note: string | null;
            call_id: string | null;
            /** @description Until when, not included; null: for ever. */
            expires_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description What became of the rows of a list. */
        SuppressionsImported: {
            /** @description Numbers not suppressed until now. */
            created: number;
            /** @description Numbers whose suppression now ends later. */
            extended: number;
            /** @description Suppressed at least as long already, or twice in the list. */
            unchanged: number;
            /** @description Rows that were not taken. */
            rejected_total: number;
            /** @description The first 1,000 of them. */
            rejected: {
                /** @description The row, from 0, without the heading. */
                index: number;
                field: string;
                code: string;
                detail: string;
            }[];
        };
        /** @description The events are durable. */
        EventsTaken: {
            /** @description Calls that were known; others are passed over. */
            taken: number;
        };
        /** @description One attempt to reach somebody, or one inbound call. */
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
            /** @enum {string} */
            status: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            /** @description Nobody said the outcome: it follows from how the call went, as the metrics tell. */
            is_outcome_classified: boolean;
            outcome_data: {
                [key: string]: unknown;
            } | null;
            collected_data: {
                [key: string]: unknown;
            } | null;
            ended_reason: string | null;
            duration_sec: number | null;
            turn_count: number;
            states_visited: string[];
            language: string | null;
            rating: number | null;
            /** Format: date-time */
            started_at: string;
            ended_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description What became of the items of a request. */
        Taken: {
            /** @description Stored now, or filled with more than was known. */
            accepted: number;
            /** @description Known already, with nothing new. */
            duplicates: number;
            rejected: {
                /** @description Which item of the request. */
                index: number;
                pointer: string;
                code: string;
                detail: string;
            }[];
        };
        TelemetryTaken: {
            turns: components["schemas"]["Taken"];
            completions: components["schemas"]["Taken"];
        };
        /** @description What the turns of a call add up to. null: not measured; it is not zero. */
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
            stt_duration_sec: number | null;
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            interruption_count: number | null;
            interruption_rate: number | null;
            sentiment_score: number | null;
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            outcome_confidence: number | null;
            outcome_reason: string | null;
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
                    provider: string;
                    model?: string;
                };
                llm?: {
                    provider: string;
                    model?: string;
                };
                tts?: {
                    provider: string;
                    model?: string;
                };
                /** @description Who else served, and how much of the usage of the turns: that much is priced as theirs. */
                also?: {
                    /** @enum {string} */
                    component: "stt" | "llm" | "tts";
                    provider: string;
                    model?: string;
                    /** @description Seconds. */
                    stt_duration_sec?: number;
                    llm_input_tokens?: number;
                    llm_cached_input_tokens?: number;
                    llm_output_tokens?: number;
                    tts_characters?: number;
                }[];
            } | null;
            turn_count: number;
            user_turn_count: number;
            bot_turn_count: number;
            /** @description Latencies and turn counts come from the turns. */
            is_derived: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        Completed: {
            call: components["schemas"]["Call"];
            metrics: components["schemas"]["CallMetrics"] | null;
        };
        /** @description One utterance of one side, with what was measured of it. */
        Turn: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            call_id: string;
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
            stt_duration_sec: number | null;
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            was_interrupted: boolean | null;
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
        /** @description USD a unit, from an instant to an instant. Billed is at least the minimum, and whole increments (in seconds, tokens, characters). The nil company is everybody. */
        Price: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            component: "stt" | "llm" | "tts" | "livekit";
            provider: string;
            /** @description Empty: what the provider's models without a price of their own cost. */
            model: string;
            /**
             * @description What the price is per.
             * @enum {string}
             */
            unit: "second" | "minute" | "million_characters" | "million_input_tokens" | "million_cached_input_tokens" | "million_output_tokens" | "call";
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
        /** @description USD by component and in total. What is not there is not known; it is not zero. */
        CostAmounts: {
            /** @description USD, an exact decimal. */
            stt?: string;
            /** @description USD, an exact decimal. */
            llm?: string;
            /** @description USD, an exact decimal. */
            tts?: string;
            /** @description USD, an exact decimal. */
            livekit?: string;
            /** @description USD, an exact decimal. */
            total?: string;
        };
        /** @description One thing that a call used, and what it cost. */
        CostLine: {
            /** @enum {string} */
            component: "stt" | "llm" | "tts" | "livekit";
            provider: string | null;
            model: string;
            /**
             * @description What the price is per.
             * @enum {string}
             */
            unit: "second" | "minute" | "million_characters" | "million_input_tokens" | "million_cached_input_tokens" | "million_output_tokens" | "call";
            /** @description Seconds, tokens or characters, as measured. */
            quantity: string;
            /** @description After minimum and increment. */
            billed_quantity: string;
            unit_price: string | null;
            price_id: string | null;
            amount: string | null;
        };
        /** @description What a call cost: `counted` is what the provider reported, else what the lines add up to; `superseded` what it was before a rerate. */
        CallCosts: {
            /** Format: uuid */
            call_id: string;
            counted: components["schemas"]["CostAmounts"];
            reported: components["schemas"]["CostAmounts"];
            lines: components["schemas"]["CostLine"][] | null;
            superseded: {
                /** Format: uuid */
                rerate_id: string;
                /** Format: date-time */
                created_at: string;
                counted: components["schemas"]["CostAmounts"];
                lines: components["schemas"]["CostLine"][] | null;
            }[];
        };
        CostEstimate: {
            per_call: components["schemas"]["CostAmounts"];
            per_minute: components["schemas"]["CostAmounts"] | null;
            lines: components["schemas"]["CostLine"][];
            /** @description Used, and without a price: no total then. */
            unpriced: ("stt" | "llm" | "tts" | "livekit")[];
            usage: {
                [key: string]: (number | string) | null;
            };
            minutes: number | null;
            n: number | null;
        };
        /** @description The calls of a period priced anew. While it is running the figures are of the calls so far. */
        Rerate: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            is_dry_run: boolean;
            /** @enum {string} */
            status: "running" | "completed";
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
            /** Format: date-time */
            created_at: string;
        };
        /** @description Calls an HTTP service: a calendar, a CRM. */
        HttpTool: {
            /**
             * @description Calls an HTTP service. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "HttpTool";
            /** @description What the model calls it by; unique in the config, upper and lower case are one. */
            name: string;
            /** @description What it does and when to use it: the model chooses by this. */
            description?: string;
            /**
             * @description false keeps the tool here and hides it from the model.
             * @default true
             */
            enabled: boolean;
            /** @description Where the call goes. It carries no user, password or key: those are headers. */
            url: string;
            /**
             * @description With GET and DELETE the arguments go into the query, otherwise they are the JSON body.
             * @default POST
             * @enum {string}
             */
            method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
            /**
             * @description Headers by name; each value is a secret, told by its name only.
             * @default {}
             */
            headers: {
                [key: string]: {
                    /** @description Name of the secret. Its value is looked up when the request is sent, and is never in a config. */
                    secret: string;
                    /** @description Stands before the value, like "Bearer ". */
                    prefix?: string;
                };
            };
            /**
             * @description JSON Schema of the arguments that the model fills in; its type is object.
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
             * @description How long an answer is waited for, ms; somebody is on the line meanwhile.
             * @default 5000
             */
            timeout_ms: number;
        };
        /** @description Hands the caller over to a person. */
        HandoffTool: {
            /**
             * @description Hands over to a person. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "HandoffTool";
            /** @description What the model calls it by; unique in the config, upper and lower case are one. */
            name: string;
            /** @description What it does and when to use it: the model chooses by this. */
            description?: string;
            /**
             * @description false keeps the tool here and hides it from the model.
             * @default true
             */
            enabled: boolean;
            /** @description A number (E.164) or a SIP address; without it the agent knows where. */
            destination?: string;
            /** @description What the bot says before it hands over. */
            message?: string;
        };
        /** @description Ends the call. */
        EndCallTool: {
            /**
             * @description Ends the call. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "EndCallTool";
            /** @description What the model calls it by; unique in the config, upper and lower case are one. */
            name: string;
            /** @description What it does and when to use it: the model chooses by this. */
            description?: string;
            /**
             * @description false keeps the tool here and hides it from the model.
             * @default true
             */
            enabled: boolean;
            /** @description What the bot says before it hangs up. */
            message?: string;
        };
        /** @description A voice bot; at most 256 KiB of JSON. It names secrets and never holds one. */
        SkillbaseConfig: {
            /** @description Who the bot is. */
            context: {
                /** @description Who the bot is and what it is there for. */
                role: string;
                /** @description How it speaks. */
                style: string;
                /** @description The language it speaks; without it that of `voice.stt_language`. BCP 47: ru, en-US. */
                language?: string;
                /** @description The first thing it says; without it the model finds its own. */
                greeting?: string;
                /**
                 * @description What it must never do or say.
                 * @default []
                 */
                safety_rules: string[];
                /**
                 * @description What it knows and may tell.
                 * @default []
                 */
                facts: string[];
            };
            /** @description How a conversation goes. */
            flow: {
                /**
                 * @description linear: the states one after the other. graph: as the transitions say.
                 * @enum {string}
                 */
                type: "linear" | "graph";
                /** @description The stages of a conversation. */
                states: (string | {
                    /** @description Unique in the flow, upper and lower case are one. */
                    id: string;
                    /** @description What people call it. */
                    name: string;
                    /** @description What the bot is to do in this state. */
                    prompt?: string;
                })[];
                /**
                 * @description The ways of a graph; a linear flow needs none.
                 * @default []
                 */
                transitions: {
                    /** @description The state it leaves. */
                    from: string;
                    /** @description The state it enters. */
                    to: string;
                    /** @description When it is taken, in words; without it, when nothing else is. */
                    condition?: string;
                }[];
                /** @description Where a conversation begins; without it the first state. */
                initial?: string;
            };
            /**
             * @description What happens around a conversation.
             * @default {}
             */
            agent: {
                /**
                 * @description When a person takes over: criteria by name, with whatever value each has.
                 * @default {}
                 */
                handoff_criteria: {
                    [key: string]: unknown;
                };
                /**
                 * @description What the bot collected, by name, to the field of the CRM it goes to.
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
            /** @description How the bot speaks and listens. */
            voice: {
                /** @description Who speaks. A lower-case word. */
                tts_provider: string;
                /** @description The voice, as the provider calls it. */
                tts_voice_id: string;
                /** @description The provider's model; without it the provider's usual one. */
                tts_model?: string;
                /** @description 1 is how the voice speaks by itself. */
                speed?: number;
                /** @description Who listens. A lower-case word. */
                stt_provider: string;
                /** @description The provider's model; without it the provider's usual one. */
                stt_model?: string;
                /** @description The language that is listened for. BCP 47: ru, en-US. */
                stt_language: string;
            };
            /** @description The language model. */
            llm: {
                /** @description Who runs the model. A lower-case word. */
                provider: string;
                /** @description The model, as the provider calls it. */
                model: string;
                /** @description 0 is steady, 2 wild; without it the model's usual one. */
                temperature?: number;
                /** @description The longest reply, in tokens. */
                max_tokens?: number;
            };
        };
        Skillbase: {
            /** Format: uuid */
            company_id: string;
            /** Format: uuid */
            id: string;
            name: string;
            /** @description Unique in the company. */
            slug: string;
            description: string | null;
            /** @description Counts from 1. */
            version: number;
            /** @description A SkillbaseConfig with its defaults; as it was stored where it was stored by hand. */
            config: {
                [key: string]: unknown;
            };
            /** @description false: retired; nothing new may use it. */
            is_active: boolean;
            is_published: boolean;
            published_version: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        SkillbaseConfigView: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @description Counts from 1. */
            version: number;
            /** @description A SkillbaseConfig with its defaults; as it was stored where it was stored by hand. */
            config: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            updated_at: string;
        };
        SkillbaseVersionSummary: {
            /** Format: uuid */
            skillbase_id: string;
            /** @description Counts from 1. */
            version: number;
            config_hash: string | null;
            restored_from: number | null;
            /** Format: date-time */
            created_at: string;
        };
        SkillbaseVersion: {
            /** Format: uuid */
            skillbase_id: string;
            /** @description Counts from 1. */
            version: number;
            config_hash: string | null;
            restored_from: number | null;
            /** Format: date-time */
            created_at: string;
            /** @description A SkillbaseConfig with its defaults; as it was stored where it was stored by hand. */
            config: {
                [key: string]: unknown;
            };
        };
        ConfigReport: {
            /** @description There are no errors. */
            valid: boolean;
            /** @description Why it would be refused. */
            errors: {
                /** @description JSON pointer. */
                pointer: string;
                detail: string;
            }[];
            /** @description What is allowed and hardly meant. */
            warnings: {
                /** @description JSON pointer. */
                pointer: string;
                detail: string;
            }[];
        };
        /** @description Milliseconds, over turns. null: never measured. */
        LatencyFigures: {
            /** @description Turns that were measured. */
            n: number;
            avg: number | null;
            min: number | null;
            max: number | null;
            p50: number | null;
            p90: number | null;
            p95: number | null;
            p99: number | null;
            /** @description Fewer than 10: percentiles say little. */
            few_samples: boolean;
        };
        /** @description USD, exact. null: nothing was priced. Averages are over priced calls. */
        CostFigures: {
            total: string | null;
            stt: string | null;
            llm: string | null;
            tts: string | null;
            livekit: string | null;
            per_call: string | null;
            per_minute: string | null;
            /** @description Calls whose total is known. */
            priced_calls: number;
            /** @description Calls that ended, and of which nobody told what they used. */
            unmeasured_calls: number;
            /** @description Ended, and what they cost is not known. */
            unpriced_calls: number;
        };
        /** @description Of calls whose metrics are derived: of those that ended. */
        UsageFigures: {
            stt_duration_sec: number | null;
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            livekit_duration_sec: number | null;
        };
        CallCounts: {
            total: number;
            completed: number;
            failed: number;
            cancelled: number;
            live: number;
            inbound: number;
            outbound: number;
        };
        /** @description Calls by outcome; an outcome that none had is not there. */
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
        /** @description Calls of one value in each dimension: `key` is them as text, joined by "/". null: calls that have none. Hours are 0..23, weekdays 1 (Monday)..7. */
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
            success_rate: number | null;
            turns: number;
            /** @description Seconds. */
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
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description The rate is of the `n` times that the bot spoke in calls that tell of interruptions. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls whose agent keeps no turns: percentiles leave them out. */
            calls_without_turns: number;
        };
        Metrics: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone: dates, days and hours are of it.
             * @default UTC
             */
            timezone: string;
            calls: components["schemas"]["CallCounts"];
            success_rate: number | null;
            turns: number;
            /** @description Seconds. */
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
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description The rate is of the `n` times that the bot spoke in calls that tell of interruptions. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls whose agent keeps no turns: percentiles leave them out. */
            calls_without_turns: number;
            groups?: components["schemas"]["MetricsGroup"][];
            /** @description Groups beyond the 1,000 with most calls. */
            groups_left_out?: number;
        };
        MetricsBucket: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /** @description The period covers a part of the bucket only. */
            is_partial: boolean;
            calls: components["schemas"]["CallCounts"];
            success_rate: number | null;
            turns: number;
            /** @description Seconds. */
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
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description The rate is of the `n` times that the bot spoke in calls that tell of interruptions. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls whose agent keeps no turns: percentiles leave them out. */
            calls_without_turns: number;
        };
        Timeseries: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone: dates, days and hours are of it.
             * @default UTC
             */
            timezone: string;
            /** @enum {string} */
            bucket: "hour" | "day" | "week" | "month";
            buckets: components["schemas"]["MetricsBucket"][];
        };
        /** @description The period and the one before, which is as long. `change` is a share of the previous: 0.25 is a quarter more. */
        Overview: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone: dates, days and hours are of it.
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
        /** @description What calls cost. The costliest skillbases and campaigns first, at most 1,000. */
        CostReport: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone: dates, days and hours are of it.
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
            success_rate: number | null;
            turns: number;
            /** @description Seconds. */
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
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description The rate is of the `n` times that the bot spoke in calls that tell of interruptions. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls whose agent keeps no turns: percentiles leave them out. */
            calls_without_turns: number;
        };
        QueryResults: {
            /** @description By the names of the queries. */
            results: {
                [key: string]: components["schemas"]["Timeseries"] | components["schemas"]["Metrics"];
            };
        };
        /** @description A call and what was measured of it. null: not measured, or not ended yet. */
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
            /** @enum {string} */
            status: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
            outcome: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost") | null;
            /** @description Nobody said the outcome: it follows from how the call went, as the metrics tell. */
            is_outcome_classified: boolean;
            ended_reason: string | null;
            language: string | null;
            rating: number | null;
            /** Format: date-time */
            started_at: string;
            ended_at: string | null;
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
            stt_duration_sec: number | null;
            llm_input_tokens: number | null;
            llm_cached_input_tokens: number | null;
            llm_output_tokens: number | null;
            tts_characters: number | null;
            livekit_duration_sec: number | null;
            interruption_count: number | null;
            interruption_rate: number | null;
            sentiment_score: number | null;
            outcome_confidence: number | null;
            outcome_reason: string | null;
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
                    provider: string;
                    model?: string;
                };
                llm?: {
                    provider: string;
                    model?: string;
                };
                tts?: {
                    provider: string;
                    model?: string;
                };
                /** @description Who else served, and how much of the usage of the turns: that much is priced as theirs. */
                also?: {
                    /** @enum {string} */
                    component: "stt" | "llm" | "tts";
                    provider: string;
                    model?: string;
                    /** @description Seconds. */
                    stt_duration_sec?: number;
                    llm_input_tokens?: number;
                    llm_cached_input_tokens?: number;
                    llm_output_tokens?: number;
                    tts_characters?: number;
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
                was_interrupted: boolean | null;
                /** Format: date-time */
                created_at: string;
            }[];
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
            /** @description Fewer than 10 on one side: the figures say little. */
            few_samples: boolean;
        };
        /** @description `n` is the calls that are priced. */
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
            /** @description Fewer than 10 on one side: the figures say little. */
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
            /** @description Fewer than 10 on one side: the figures say little. */
            few_samples: boolean;
            p_value: number | null;
            is_beyond_chance: boolean | null;
        };
        /** @description What the calls of one version add up to. */
        VersionFigures: {
            version: number;
            calls: components["schemas"]["CallCounts"];
            success_rate: number | null;
            turns: number;
            /** @description Seconds. */
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
            };
            usage: components["schemas"]["UsageFigures"];
            cost: components["schemas"]["CostFigures"];
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description The rate is of the `n` times that the bot spoke in calls that tell of interruptions. null: not measured. */
            interruption: {
                n: number;
                count: number | null;
                rate: number | null;
            };
            /** @description Calls whose agent keeps no turns: percentiles leave them out. */
            calls_without_turns: number;
        };
        /** @description Two versions of a skillbase side by side; the success rate is of the calls with an outcome. */
        Comparison: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone: dates, days and hours are of it.
             * @default UTC
             */
            timezone: string;
            /** Format: uuid */
            skillbase_id: string;
            a: components["schemas"]["VersionFigures"];
            b: components["schemas"]["VersionFigures"];
            compared: {
                success_rate: components["schemas"]["ComparedRate"];
                interruption_rate: components["schemas"]["ComparedNumber"];
                eou_latency_p50: components["schemas"]["ComparedNumber"];
                eou_latency_p95: components["schemas"]["ComparedNumber"];
                duration_avg_sec: components["schemas"]["ComparedNumber"];
                cost_per_call: components["schemas"]["ComparedMoney"];
                cost_per_minute: components["schemas"]["ComparedMoney"];
            };
        };
        /** @description Today. `live_calls` and `running_campaigns` are of this moment. */
        Stats: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description IANA time zone: dates, days and hours are of it.
             * @default UTC
             */
            timezone: string;
            calls: components["schemas"]["CallCounts"];
            live_calls: number;
            running_campaigns: number;
            success_rate: number | null;
            duration_avg_sec: number | null;
            /** @description Milliseconds, over turns. null: never measured. */
            eou_latency: {
                /** @description Turns that were measured. */
                n: number;
                p50: number | null;
                p95: number | null;
                /** @description Fewer than 10: percentiles say little. */
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
        /** @description What an agent would work from. */
        Prompt: {
            /** Format: uuid */
            skillbase_id: string;
            version: number;
            /** @description BCP 47. */
            language: string;
            system_prompt: string;
            greeting: string | null;
            /** @description The flow as an agent steps through it. */
            flow: {
                /** @enum {string} */
                type: "linear" | "graph";
                initial: string;
                states: {
                    id: string;
                    name: string;
                    prompt: string | null;
                    is_end: boolean;
                    /** @description The first whose condition is met is taken. */
                    next: {
                        to: string;
                        condition: string | null;
                    }[];
                }[];
            };
            /** @description What the model may call. */
            functions: {
                name: string;
                description: string;
                parameters: {
                    [key: string]: unknown;
                };
            }[];
            /** @description What the texts of the config speak of. */
            variables: {
                name: string;
                value: string | null;
            }[];
        };
        /** @description All that an agent needs for a call. */
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
            /** @description BCP 47. */
            language: string;
            system_prompt: string;
            greeting: string | null;
            /** @description The flow as an agent steps through it. */
            flow: {
                /** @enum {string} */
                type: "linear" | "graph";
                initial: string;
                states: {
                    id: string;
                    name: string;
                    prompt: string | null;
                    is_end: boolean;
                    /** @description The first whose condition is met is taken. */
                    next: {
                        to: string;
                        condition: string | null;
                    }[];
                }[];
            };
            /** @description What the model may call. */
            functions: {
                name: string;
                description: string;
                parameters: {
                    [key: string]: unknown;
                };
            }[];
            /** @description What the texts of the config speak of. */
            variables: {
                name: string;
                value: string | null;
            }[];
            /** @description What each function does. */
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
                        /** @description Name of a secret that the agent has: its value is put in when the request is sent. */
                        secret: string;
                        /** @description Stands before the value. */
                        prefix: string;
                    }[];
                    /** @description Milliseconds. */
                    timeout_ms: number;
                } | null;
                destination: string | null;
                message: string | null;
            }[];
            stt: {
                /** @description Who listens. */
                provider: string;
                model: string | null;
                /** @description BCP 47. */
                language: string;
            };
            llm: {
                /** @description Who runs the model. */
                provider: string;
                /** @description As the provider calls it. */
                model: string;
                temperature: number | null;
                max_tokens: number | null;
            };
            tts: {
                /** @description Who speaks. */
                provider: string;
                model: string | null;
                /** @description As the provider calls it. */
                voice_id: string;
                speed: number | null;
                /** @description BCP 47. */
                language: string;
            };
            /** @description What to find out, by name: the keys of collected_data. */
            collect: string[];
            limits: {
                max_call_duration_sec: number | null;
            };
            /** @description Where to tell how it goes. */
            report: {
                brief_url: string;
                turns_url: string;
                complete_url: string;
                telemetry_url: string;
                /** @description Bearer token of this call and of no other: for these four addresses, until an hour after the call has ended. */
                token: string;
            };
        };
        /** @description Something that happened. */
        Event: {
            /** @description Grows by one with each event of the company. */
            id: number;
            /** @enum {string} */
            type: "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.begun" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_taken_back" | "campaign.end_passed" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.taken_back" | "webhook.disabled";
            /** Format: date-time */
            at: string;
            campaign_id: string | null;
            call_id: string | null;
            call_task_id: string | null;
            /** @description call.created, call.ended and call.updated have `call`; call.turns has `turns`; call.metrics has `metrics`: each as it is when it is told. call.status has `status`. */
            data: {
                [key: string]: unknown;
            };
        };
        EventPage: {
            items: components["schemas"]["Event"][];
            /** @description Ask for events after this one next: also where nothing of these types was found. */
            next_after: number;
            has_more: boolean;
            /** @description The first event that is kept. */
            first_id: number;
            /** @description The last event there is. */
            last_id: number;
        };
        /** @description Stands for the key it was asked for with, once. */
        Ticket: {
            /** @description Opens one WebSocket: ?ticket=. */
            ticket: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description Where a company is told of events. */
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
            /** @description Verifies what is sent (Standard Webhooks). Shown this once. */
            secret: string;
        };
        /** @description An event that is told to a webhook. */
        Delivery: {
            /** Format: uuid */
            company_id: string;
            /**
             * Format: uuid
             * @description webhook-id of each of its requests.
             */
            id: string;
            /** Format: uuid */
            webhook_id: string;
            event_id: number | null;
            event_type: string;
            /**
             * @description dead: tried for a day, and not again by itself.
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
             * @description webhook-id of each of its requests.
             */
            id: string;
            /** Format: uuid */
            webhook_id: string;
            event_id: number | null;
            event_type: string;
            /**
             * @description dead: tried for a day, and not again by itself.
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
            /** @description As it is sent. */
            body: string;
            attempts: {
                n: number;
                /** Format: date-time */
                at: string;
                http_status: number | null;
                error: string | null;
                /** @description Milliseconds. */
                duration_ms: number;
            }[];
        };
        Resent: {
            /** @description Deliveries that are sent again. */
            resent: number;
        };
    };
    responses: {
        /** @description Malformed: the request does not fit its schema. */
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
                        status: string;
                        reasons: string[];
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description Found in name and slug. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                    slug: string;
                    email?: string | null;
                    phone?: string | null;
                    settings?: {
                        [key: string]: unknown;
                    };
                    /** @description What the company may use at most; what is not named is not limited. */
                    limits?: {
                        max_concurrent_calls?: number;
                        calls_per_minute?: number;
                        requests_per_minute?: number;
                        /** @description In any 24 hours, over all campaigns. */
                        attempts_per_number_per_day?: number;
                        /** @description In any 7 days, over all campaigns. */
                        attempts_per_number_per_week?: number;
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
                    slug?: string;
                    email?: string | null;
                    phone?: string | null;
                    settings?: {
                        [key: string]: unknown;
                    };
                    /** @description What the company may use at most; what is not named is not limited. */
                    limits?: {
                        max_concurrent_calls?: number;
                        calls_per_minute?: number;
                        requests_per_minute?: number;
                        /** @description In any 24 hours, over all campaigns. */
                        attempts_per_number_per_day?: number;
                        /** @description In any 7 days, over all campaigns. */
                        attempts_per_number_per_week?: number;
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
            /** @description Done; there is no body. */
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
                    slug?: string;
                    email?: string | null;
                    phone?: string | null;
                    settings?: {
                        [key: string]: unknown;
                    };
                    /** @description What the company may use at most; what is not named is not limited. */
                    limits?: {
                        max_concurrent_calls?: number;
                        calls_per_minute?: number;
                        requests_per_minute?: number;
                        /** @description In any 24 hours, over all campaigns. */
                        attempts_per_number_per_day?: number;
                        /** @description In any 7 days, over all campaigns. */
                        attempts_per_number_per_week?: number;
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
            /** @description Done; there is no body. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description One or several. */
                status?: ("draft" | "scheduled" | "running" | "paused" | "completed" | "stopped")[];
                skillbase_id?: string;
                /** @description Found in the name. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                    description?: string | null;
                    start_time?: string | null;
                    end_time?: string | null;
                    daily_start_time?: string | null;
                    daily_end_time?: string | null;
                    /** @description IANA zone. */
                    timezone?: string;
                    days_of_week?: number[] | null;
                    /** @description Dates on which nobody is called, in the zone of the campaign and of the contact. */
                    blackout_dates?: string[];
                    contact_daily_start_time?: string | null;
                    contact_daily_end_time?: string | null;
                    max_concurrent_calls?: number;
                    calls_per_minute?: number;
                    max_retries?: number;
                    /** @description Minutes. */
                    retry_delay_minutes?: number;
                    /** @description What differs from the usual after an outcome (success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost). */
                    retry_policy?: {
                        [key: string]: {
                            /** @description Attempts after one with this outcome. */
                            max?: number;
                            /** @description Minutes to the next attempt after the first, the second ...; the last one repeats. */
                            delays_minutes?: number[];
                        };
                    };
                    /** @description Its share beside other campaigns. */
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
            201: {
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
                /** @description The ETag you read: refused (412) when it changed since. */
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
                    description?: string | null;
                    start_time?: string | null;
                    end_time?: string | null;
                    daily_start_time?: string | null;
                    daily_end_time?: string | null;
                    /** @description IANA zone. */
                    timezone?: string;
                    days_of_week?: number[] | null;
                    /** @description Dates on which nobody is called, in the zone of the campaign and of the contact. */
                    blackout_dates?: string[];
                    contact_daily_start_time?: string | null;
                    contact_daily_end_time?: string | null;
                    max_concurrent_calls?: number;
                    calls_per_minute?: number;
                    max_retries?: number;
                    /** @description Minutes. */
                    retry_delay_minutes?: number;
                    /** @description What differs from the usual after an outcome (success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost). */
                    retry_policy?: {
                        [key: string]: {
                            /** @description Attempts after one with this outcome. */
                            max?: number;
                            /** @description Minutes to the next attempt after the first, the second ...; the last one repeats. */
                            delays_minutes?: number[];
                        };
                    };
                    /** @description Its share beside other campaigns. */
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
            /** @description Done; there is no body. */
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
                /** @description The ETag you read: refused (412) when it changed since. */
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
                    description?: string | null;
                    start_time?: string | null;
                    end_time?: string | null;
                    daily_start_time?: string | null;
                    daily_end_time?: string | null;
                    /** @description IANA zone. */
                    timezone?: string;
                    days_of_week?: number[] | null;
                    /** @description Dates on which nobody is called, in the zone of the campaign and of the contact. */
                    blackout_dates?: string[];
                    contact_daily_start_time?: string | null;
                    contact_daily_end_time?: string | null;
                    max_concurrent_calls?: number;
                    calls_per_minute?: number;
                    max_retries?: number;
                    /** @description Minutes. */
                    retry_delay_minutes?: number;
                    /** @description What differs from the usual after an outcome (success, fail, callback, transferred, max_duration, no_answer, busy, voicemail, declined, agent_error, lost). */
                    retry_policy?: {
                        [key: string]: {
                            /** @description Attempts after one with this outcome. */
                            max?: number;
                            /** @description Minutes to the next attempt after the first, the second ...; the last one repeats. */
                            delays_minutes?: number[];
                        };
                    };
                    /** @description Its share beside other campaigns. */
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
    startCampaign: {
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
    pauseCampaign: {
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
    stopCampaign: {
        parameters: {
            query?: {
                /** @description Ends live calls too. */
                hang_up?: boolean;
            };
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
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Whom to take up again; without it those that failed. */
                    statuses?: ("failed" | "cancelled" | "skipped")[];
                    /** @description Only with these outcomes. */
                    outcomes?: ("success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost")[];
                } | null;
            };
        };
        responses: {
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
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
                     * @description Whose contacts it begins with; without it nobody.
                     * @enum {string}
                     */
                    contacts?: "none" | "all" | "unreached";
                } | null;
            };
        };
        responses: {
            /** @description Whom to call, with which skillbase, when, how fast, how often again. */
            201: {
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
            /** @description Counted from rows at this moment. */
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
                /** @description How far ahead. */
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
            /** @description Why a campaign is not dialing right now. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                status?: "pending" | "in_progress" | "completed" | "retry" | "failed" | "cancelled" | "skipped";
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description In any spelling. */
                phone_number?: string;
                /** @description Found in contact_name. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                        phone_number: string;
                        contact_name?: string | null;
                        contact_data?: {
                            [key: string]: unknown;
                        };
                        /** @description Higher is dialed sooner. */
                        priority?: number;
                        timezone?: string | null;
                        next_attempt_at?: string | null;
                    }[];
                    /** @description ISO 3166 country of numbers without one. */
                    default_country?: string;
                };
            };
        };
        responses: {
            /** @description What became of each contact. */
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
            /** @description One contact of one campaign. */
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
                    /** @enum {string} */
                    status?: "cancelled" | "pending";
                    contact_name?: string | null;
                    contact_data?: {
                        [key: string]: unknown;
                    };
                    /** @description Higher is dialed sooner. */
                    priority?: number;
                    timezone?: string | null;
                    next_attempt_at?: string | null;
                };
            };
        };
        responses: {
            /** @description One contact of one campaign. */
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
            /** @description Done; there is no body. */
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
                    /** @enum {string} */
                    status?: "cancelled" | "pending";
                    contact_name?: string | null;
                    contact_data?: {
                        [key: string]: unknown;
                    };
                    /** @description Higher is dialed sooner. */
                    priority?: number;
                    timezone?: string | null;
                    next_attempt_at?: string | null;
                };
            };
        };
        responses: {
            /** @description One contact of one campaign. */
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
                    /** @description JSON: column -> phone_number, contact_name, timezone, priority, next_attempt_at, a key of contact_data, or null. */
                    mapping?: string;
                    /** @description ISO 3166 country of numbers without one. */
                    default_country?: string;
                    /**
                     * @description For numbers that are there already; absent: skip.
                     * @enum {string}
                     */
                    on_duplicate?: "skip" | "update" | "reject";
                    /**
                     * @description Where it is not found by itself.
                     * @enum {string}
                     */
                    encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1251" | "koi8-r" | "ibm866";
                    /** @description Between cells of CSV, where it is not found by itself: , ; | or a tab. */
                    delimiter?: string;
                    /** @enum {string} */
                    dry_run?: "true" | "false";
                    /**
                     * @description Take a file without columns that the skillbase speaks of.
                     * @enum {string}
                     */
                    allow_missing_columns?: "true" | "false";
                    /**
                     * Format: binary
                     * @description CSV, .xlsx or JSON lines, to 100 MB and 2,000,000 rows. After the other fields.
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description What becomes of the rows of a file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Uploaded"];
                };
            };
            /** @description What becomes of the rows of a file. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                campaign_id?: string;
                /** @description receiving: the file comes; waiting, merging: its rows go into the campaign; taking_back: they are taken out again. */
                status?: "receiving" | "waiting" | "merging" | "completed" | "failed" | "cancelled" | "taking_back" | "taken_back";
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
            /** @description A file of contacts for a campaign, and what became of its rows. */
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
    takeBackImport: {
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
            /** @description A file of contacts for a campaign, and what became of its rows. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
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
                        items: components["schemas"]["RefusedRow"][];
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                /** @description Between cells. ";" is what Excel of a Russian locale expects. */
                separator?: "," | ";";
                /** @description In numbers. "," is what Excel of a Russian locale expects. */
                decimal?: "." | ",";
                /** @description Begin with a byte order mark: Excel then reads UTF-8. */
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
            /** @description A file, streamed. A cell that a sheet program would take for a formula begins with an apostrophe; phone numbers and numbers stay as they are. What goes wrong on the way ends the connection before the file is whole. */
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
            /** @description A file of contacts for a campaign, and what became of its rows. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description In any spelling. */
                phone_number?: string;
                /** @description Why it is not called. */
                reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                /** @description Who said so. */
                source?: "api" | "import" | "call";
                /** @description Whether it holds now; absent: expired ones too. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                    /** @description ISO 3166 country of numbers without one. */
                    default_country?: string;
                    /**
                     * @description Why it is not called.
                     * @enum {string}
                     */
                    reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                    note?: string | null;
                    /** @description Until when, not included; null: for ever. */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description A number that no campaign of the company calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            /** @description A number that no campaign of the company calls. */
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
                /** @description In any spelling. */
                phone_number?: string;
                /** @description Why it is not called. */
                reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                /** @description Who said so. */
                source?: "api" | "import" | "call";
                /** @description Whether it holds now; absent: expired ones too. */
                is_active?: boolean;
                /** @description Between cells. ";" is what Excel of a Russian locale expects. */
                separator?: "," | ";";
                /** @description In numbers. "," is what Excel of a Russian locale expects. */
                decimal?: "." | ",";
                /** @description Begin with a byte order mark: Excel then reads UTF-8. */
                bom?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file, streamed. A cell that a sheet program would take for a formula begins with an apostrophe; phone numbers and numbers stay as they are. What goes wrong on the way ends the connection before the file is whole. */
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
    importSuppressions: {
        parameters: {
            query?: {
                /** @description ISO 3166 country of numbers without one. */
                default_country?: string;
                /** @description Of rows that name none. */
                reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
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
            };
        };
        responses: {
            /** @description What became of the rows of a list. */
            200: {
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
            /** @description A number that no campaign of the company calls. */
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
                     * @description Why it is not called.
                     * @enum {string}
                     */
                    reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                    note?: string | null;
                    /** @description Until when, not included; null: for ever. */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description A number that no campaign of the company calls. */
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
            /** @description Done; there is no body. */
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
                     * @description Why it is not called.
                     * @enum {string}
                     */
                    reason?: "opt_out" | "blocked" | "do_not_call" | "complaint" | "other";
                    note?: string | null;
                    /** @description Until when, not included; null: for ever. */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description A number that no campaign of the company calls. */
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
                /** @description t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body"> with CARRIER_SECRET; at most 5 minutes old. */
                "x-signature"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    events: {
                        /** @description Yours; it says nothing here. */
                        event_id?: string;
                        /** Format: uuid */
                        company_id: string;
                        /** Format: uuid */
                        call_id: string;
                        /** @enum {string} */
                        type: "dialing" | "ringing" | "answered" | "ended";
                        /**
                         * Format: date-time
                         * @description ISO 8601 with an offset or Z.
                         */
                        at: string;
                        /**
                         * @description Of ended: how, where it is known.
                         * @enum {string}
                         */
                        outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                        ended_reason?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description The events are durable. */
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
                    /** @description E.164. */
                    phone_number: string;
                    /** @description Without it the newest. */
                    version?: number;
                    /** @description The number that is shown. */
                    caller_number?: string;
                    contact_name?: string;
                    /** @description What the texts of the skillbase speak of. */
                    contact_data?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description Seconds.
                     * @default 30
                     */
                    ring_timeout_sec?: number;
                    /**
                     * @description Seconds.
                     * @default 600
                     */
                    max_call_duration_sec?: number;
                };
            };
        };
        responses: {
            /** @description One attempt to reach somebody, or one inbound call. */
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
            /** @description The events are durable. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
                call_task_id?: string;
                external_call_id?: string;
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                    caller_number?: string;
                    callee_number?: string;
                    external_call_id?: string;
                    livekit_room_id?: string;
                    /** @description BCP 47. */
                    language?: string;
                    /** @enum {string} */
                    status?: "queued" | "dialing" | "ringing" | "active";
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset or Z.
                     */
                    started_at?: string;
                };
            };
        };
        responses: {
            /** @description One attempt to reach somebody, or one inbound call. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            /** @description One attempt to reach somebody, or one inbound call. */
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
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
                call_task_id?: string;
                external_call_id?: string;
                /** @description Between cells. ";" is what Excel of a Russian locale expects. */
                separator?: "," | ";";
                /** @description In numbers. "," is what Excel of a Russian locale expects. */
                decimal?: "." | ",";
                /** @description Begin with a byte order mark: Excel then reads UTF-8. */
                bom?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file, streamed. A cell that a sheet program would take for a formula begins with an apostrophe; phone numbers and numbers stay as they are. What goes wrong on the way ends the connection before the file is whole. */
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
            /** @description One attempt to reach somebody, or one inbound call. */
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
                    /** @enum {string} */
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
            /** @description One attempt to reach somebody, or one inbound call. */
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
            /** @description Done; there is no body. */
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
                    /** @enum {string} */
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
            /** @description One attempt to reach somebody, or one inbound call. */
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
            /** @description One attempt to reach somebody, or one inbound call. */
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
                        stt_duration_sec?: number | null;
                        llm_input_tokens?: number | null;
                        llm_cached_input_tokens?: number | null;
                        llm_output_tokens?: number | null;
                        tts_characters?: number | null;
                        was_interrupted?: boolean | null;
                        sentiment?: number | null;
                        extra_data?: {
                            [key: string]: unknown;
                        } | null;
                        /**
                         * Format: date-time
                         * @description ISO 8601 with an offset or Z.
                         */
                        created_at?: string;
                    } | unknown)[];
                };
            };
        };
        responses: {
            /** @description What became of the items of a request. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Taken"];
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
                    /** @enum {string} */
                    status?: "completed" | "failed" | "cancelled";
                    /**
                     * @description How it ended.
                     * @enum {string}
                     */
                    outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                    outcome_confidence?: number;
                    outcome_reason?: string;
                    ended_reason?: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset or Z.
                     */
                    ended_at?: string;
                    /** @description Seconds. */
                    duration_sec?: number;
                    /** @description Seconds. */
                    livekit_duration_sec?: number;
                    interruption_count?: number;
                    sentiment_score?: number;
                    collected_data?: {
                        [key: string]: unknown;
                    };
                    /** @description What the provider says it cost: it wins over what is computed. */
                    reported_cost?: {
                        /** @description USD: a number, or an exact decimal as text. */
                        stt?: number | string;
                        /** @description USD: a number, or an exact decimal as text. */
                        llm?: number | string;
                        /** @description USD: a number, or an exact decimal as text. */
                        tts?: number | string;
                        /** @description USD: a number, or an exact decimal as text. */
                        livekit?: number | string;
                        /** @description USD: a number, or an exact decimal as text. */
                        total?: number | string;
                    };
                    /** @description Who served the call, where it was not whom its skillbase names. */
                    providers?: {
                        stt?: {
                            provider: string;
                            model?: string;
                        };
                        llm?: {
                            provider: string;
                            model?: string;
                        };
                        tts?: {
                            provider: string;
                            model?: string;
                        };
                        /** @description Who else served, and how much of the usage of the turns: that much is priced as theirs. */
                        also?: {
                            /** @enum {string} */
                            component: "stt" | "llm" | "tts";
                            provider: string;
                            model?: string;
                            /** @description Seconds. */
                            stt_duration_sec?: number;
                            llm_input_tokens?: number;
                            llm_cached_input_tokens?: number;
                            llm_output_tokens?: number;
                            tts_characters?: number;
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
                    "application/json": components["schemas"]["Completed"];
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
                        stt_duration_sec?: number | null;
                        llm_input_tokens?: number | null;
                        llm_cached_input_tokens?: number | null;
                        llm_output_tokens?: number | null;
                        tts_characters?: number | null;
                        was_interrupted?: boolean | null;
                        sentiment?: number | null;
                        extra_data?: {
                            [key: string]: unknown;
                        } | null;
                        /**
                         * Format: date-time
                         * @description ISO 8601 with an offset or Z.
                         */
                        created_at?: string;
                    } | unknown)[];
                    completions?: ({
                        /** Format: uuid */
                        call_id: string;
                        /** @enum {string} */
                        status?: "completed" | "failed" | "cancelled";
                        /**
                         * @description How it ended.
                         * @enum {string}
                         */
                        outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                        outcome_confidence?: number;
                        outcome_reason?: string;
                        ended_reason?: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601 with an offset or Z.
                         */
                        ended_at?: string;
                        /** @description Seconds. */
                        duration_sec?: number;
                        /** @description Seconds. */
                        livekit_duration_sec?: number;
                        interruption_count?: number;
                        sentiment_score?: number;
                        collected_data?: {
                            [key: string]: unknown;
                        };
                        /** @description What the provider says it cost: it wins over what is computed. */
                        reported_cost?: {
                            /** @description USD: a number, or an exact decimal as text. */
                            stt?: number | string;
                            /** @description USD: a number, or an exact decimal as text. */
                            llm?: number | string;
                            /** @description USD: a number, or an exact decimal as text. */
                            tts?: number | string;
                            /** @description USD: a number, or an exact decimal as text. */
                            livekit?: number | string;
                            /** @description USD: a number, or an exact decimal as text. */
                            total?: number | string;
                        };
                        /** @description Who served the call, where it was not whom its skillbase names. */
                        providers?: {
                            stt?: {
                                provider: string;
                                model?: string;
                            };
                            llm?: {
                                provider: string;
                                model?: string;
                            };
                            tts?: {
                                provider: string;
                                model?: string;
                            };
                            /** @description Who else served, and how much of the usage of the turns: that much is priced as theirs. */
                            also?: {
                                /** @enum {string} */
                                component: "stt" | "llm" | "tts";
                                provider: string;
                                model?: string;
                                /** @description Seconds. */
                                stt_duration_sec?: number;
                                llm_input_tokens?: number;
                                llm_cached_input_tokens?: number;
                                llm_output_tokens?: number;
                                tts_characters?: number;
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
                    "application/json": components["schemas"]["TelemetryTaken"];
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
            /** @description What the turns of a call add up to. null: not measured; it is not zero. */
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
                    stt_duration_sec?: number | null;
                    llm_input_tokens?: number | null;
                    llm_cached_input_tokens?: number | null;
                    llm_output_tokens?: number | null;
                    tts_characters?: number | null;
                    livekit_duration_sec?: number | null;
                    interruption_count?: number | null;
                    interruption_rate?: number | null;
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
                    /** @description Who served the call, where it was not whom its skillbase names. */
                    providers?: {
                        stt?: {
                            provider: string;
                            model?: string;
                        };
                        llm?: {
                            provider: string;
                            model?: string;
                        };
                        tts?: {
                            provider: string;
                            model?: string;
                        };
                        /** @description Who else served, and how much of the usage of the turns: that much is priced as theirs. */
                        also?: {
                            /** @enum {string} */
                            component: "stt" | "llm" | "tts";
                            provider: string;
                            model?: string;
                            /** @description Seconds. */
                            stt_duration_sec?: number;
                            llm_input_tokens?: number;
                            llm_cached_input_tokens?: number;
                            llm_output_tokens?: number;
                            tts_characters?: number;
                        }[];
                    };
                };
            };
        };
        responses: {
            /** @description What the turns of a call add up to. null: not measured; it is not zero. */
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
            /** @description Done; there is no body. */
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
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description Between cells. ";" is what Excel of a Russian locale expects. */
                separator?: "," | ";";
                /** @description In numbers. "," is what Excel of a Russian locale expects. */
                decimal?: "." | ",";
                /** @description Begin with a byte order mark: Excel then reads UTF-8. */
                bom?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file, streamed. A cell that a sheet program would take for a formula begins with an apostrophe; phone numbers and numbers stay as they are. What goes wrong on the way ends the connection before the file is whole. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                direction?: "inbound" | "outbound";
                campaign_id?: string;
                skillbase_id?: string;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                component?: "stt" | "llm" | "tts" | "livekit";
                provider?: string;
                /** @description Empty: what the provider's models without a price of their own cost. */
                model?: string;
                /** @description Whose; both where it is not named. */
                scope?: "own" | "everybody";
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                    /** @description Empty: what the provider's models without a price of their own cost. */
                    model?: string;
                    /**
                     * @description What the price is per.
                     * @enum {string}
                     */
                    unit: "second" | "minute" | "million_characters" | "million_input_tokens" | "million_cached_input_tokens" | "million_output_tokens" | "call";
                    /** @description A number, or an exact decimal as text. */
                    price: number | string;
                    /** @description A number, or an exact decimal as text. */
                    minimum?: number | string;
                    /** @description A number, or an exact decimal as text. */
                    increment?: number | string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset or Z.
                     */
                    effective_from?: string;
                    effective_to?: string | null;
                    source?: string;
                };
            };
        };
        responses: {
            /** @description USD a unit, from an instant to an instant. Billed is at least the minimum, and whole increments (in seconds, tokens, characters). The nil company is everybody. */
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
            /** @description USD a unit, from an instant to an instant. Billed is at least the minimum, and whole increments (in seconds, tokens, characters). The nil company is everybody. */
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
            /** @description Done; there is no body. */
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
            /** @description USD a unit, from an instant to an instant. Billed is at least the minimum, and whole increments (in seconds, tokens, characters). The nil company is everybody. */
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
                    /** @description What one call uses. Cached tokens are part of input tokens. */
                    usage?: {
                        stt_duration_sec?: number | null;
                        llm_input_tokens?: number | null;
                        llm_cached_input_tokens?: number | null;
                        llm_output_tokens?: number | null;
                        tts_characters?: number | null;
                        livekit_duration_sec?: number | null;
                    };
                    /** @description How long that call is. */
                    minutes?: number;
                    /** Format: uuid */
                    skillbase_id?: string;
                    skillbase_version?: number;
                    /** @description Who served the call, where it was not whom its skillbase names. */
                    providers?: {
                        stt?: {
                            provider: string;
                            model?: string;
                        };
                        llm?: {
                            provider: string;
                            model?: string;
                        };
                        tts?: {
                            provider: string;
                            model?: string;
                        };
                        /** @description Who else served, and how much of the usage of the turns: that much is priced as theirs. */
                        also?: {
                            /** @enum {string} */
                            component: "stt" | "llm" | "tts";
                            provider: string;
                            model?: string;
                            /** @description Seconds. */
                            stt_duration_sec?: number;
                            llm_input_tokens?: number;
                            llm_cached_input_tokens?: number;
                            llm_output_tokens?: number;
                            tts_characters?: number;
                        }[];
                    };
                    /** @description Over the telephone network, as where it is not named. */
                    is_phone?: boolean;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset or Z.
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
                    /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                    start: string | unknown | unknown;
                    /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                    end: string | unknown | unknown;
                    /**
                     * @description Only say what would change. Nothing changes unless it is false.
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
            /** @description The calls of a period priced anew. While it is running the figures are of the calls so far. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rerate"];
                };
            };
            /** @description The calls of a period priced anew. While it is running the figures are of the calls so far. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
            /** @description The calls of a period priced anew. While it is running the figures are of the calls so far. */
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
            /** @description What a call cost: `counted` is what the provider reported, else what the lines add up to; `superseded` what it was before a rerate. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                /** @description Counts from 1. */
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
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Without a version the newest. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Counts from 1. */
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
                    "application/json": components["schemas"]["Skillbase"];
                };
            };
            default: components["responses"]["Refusal"];
        };
    };
    restoreSkillbaseVersion: {
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
                    /** @description Counts from 1. */
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
                    /** @description Anything: what is wrong with it is the answer. */
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
                    /** @description Without it the stored config is checked. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description Found in name and slug. */
                q?: string;
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                    name: string;
                    /** @description Unique in the company. */
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
                /** @description The ETag that was read: the change is refused (412) when it is stale. */
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
                    /** @description Unique in the company. */
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
            /** @description Done; there is no body. */
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
                /** @description The ETag that was read: the change is refused (412) when it is stale. */
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
                    /** @description Unique in the company. */
                    slug?: string;
                    description?: string | null;
                    is_active?: boolean;
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
                /** @description The ETag that was read: the change is refused (412) when it is stale. */
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
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description IANA time zone: dates, days and hours are of it. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description One or two dimensions; in an address repeated, or with a comma between. */
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
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description IANA time zone: dates, days and hours are of it. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                /** @description Day where it is not named; at most 2000 in an answer. */
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
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description IANA time zone: dates, days and hours are of it. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The period and the one before, which is as long. `change` is a share of the previous: 0.25 is a quarter more. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description IANA time zone: dates, days and hours are of it. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description IANA time zone: dates, days and hours are of it. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What calls cost. The costliest skillbases and campaigns first, at most 1,000. */
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
                    /** @description By a name each; one with a bucket is a time series. */
                    queries: {
                        [key: string]: {
                            /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                            start?: string | unknown | unknown;
                            /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                            end?: string | unknown | unknown;
                            /**
                             * @description IANA time zone: dates, days and hours are of it.
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
                             * @description How it ended.
                             * @enum {string}
                             */
                            outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                            /** @description One or two dimensions; in an address repeated, or with a comma between. */
                            group_by?: ("campaign" | "skillbase" | "version" | "outcome" | "direction" | "hour_of_day" | "day_of_week")[];
                            /**
                             * @description Day where it is not named; at most 2000 in an answer.
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description IANA time zone: dates, days and hours are of it. */
                timezone?: string;
                skillbase_id?: string;
                skillbase_version?: number;
                campaign_id?: string;
                direction?: "inbound" | "outbound";
                /** @description How it ended. */
                outcome?: "success" | "fail" | "callback" | "transferred" | "max_duration" | "no_answer" | "busy" | "voicemail" | "declined" | "invalid_number" | "blocked" | "carrier_error" | "no_capacity" | "agent_error" | "suppressed" | "outside_window" | "cancelled" | "lost";
                status?: "queued" | "dialing" | "ringing" | "active" | "completed" | "failed" | "cancelled";
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
    listRecentCalls: {
        parameters: {
            query?: {
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
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                start?: string | unknown | unknown;
                /** @description ISO 8601 date or date-time; the period is half-open: start <= t < end. */
                end?: string | unknown | unknown;
                /** @description IANA time zone: dates, days and hours are of it. */
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
            /** @description Two versions of a skillbase side by side; the success rate is of the calls with an outcome. */
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
                /** @description IANA time zone: dates, days and hours are of it. */
                timezone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Today. `live_calls` and `running_campaigns` are of this moment. */
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
    getSkillbasePrompt: {
        parameters: {
            query?: {
                /** @description Without it the newest. */
                version?: number;
                contact_name?: string;
                /** @description A contact to try it with: a JSON object. Without it each variable shows as its name. */
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
            /** @description What an agent would work from. */
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
            /** @description All that an agent needs for a call. */
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
                /** @description The id of an event; 0: before the first. */
                after?: number;
                /** @description Only events of these types, separated by commas. */
                types?: string;
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
            /** @description Stands for the key it was asked for with, once. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
                     * @description https, of a public address.
                     */
                    url: string;
                    /** @description `*`: all but call.turns, which has to be named. */
                    event_types: ("*" | "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.begun" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_taken_back" | "campaign.end_passed" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.taken_back" | "webhook.disabled")[];
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
            /** @description Where a company is told of events. */
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
            /** @description Done; there is no body. */
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
                     * @description https, of a public address.
                     */
                    url?: string;
                    /** @description `*`: all but call.turns, which has to be named. */
                    event_types?: ("*" | "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.begun" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_taken_back" | "campaign.end_passed" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.taken_back" | "webhook.disabled")[];
                    description?: string | null;
                    is_enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Where a company is told of events. */
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
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Rows to pass over, instead of a cursor. */
                skip?: number;
                status?: "pending" | "delivered" | "dead";
                event_type?: "call.created" | "call.status" | "call.ended" | "call.turns" | "call.metrics" | "call.updated" | "call.deleted" | "task.retry" | "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.pending" | "campaign.created" | "campaign.cloned" | "campaign.edited" | "campaign.started" | "campaign.scheduled" | "campaign.begun" | "campaign.paused" | "campaign.breaker_opened" | "campaign.resumed" | "campaign.restarted" | "campaign.tasks_added" | "campaign.list_imported" | "campaign.import_taken_back" | "campaign.end_passed" | "campaign.completed" | "campaign.stopped" | "campaign.progress" | "import.progress" | "import.completed" | "import.failed" | "import.cancelled" | "import.taken_back" | "webhook.disabled" | "webhook.test";
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
                        /** @description Exact up to 10,000, and 10,000 beyond. */
                        total: number;
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
            /** @description An event that is told to a webhook. */
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
