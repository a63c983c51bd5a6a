ALTER TABLE "campaign_pace" DROP COLUMN "next_turn";
