DROP INDEX "task_events_opt_out_idx";
