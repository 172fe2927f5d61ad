using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Runs that the platform failed for want of heartbeats. They keep their promise; a run whose caller ended it keeps none.</summary>
internal static class LapsedRuns
{
    /// <summary>The tag that says why the platform ended a run.</summary>
    public const string ReasonTag = "mlops.failure";

    /// <summary>What holds of the row of such a run.</summary>
    public const string Condition = "(status = 'Failed' AND promised_us IS NOT NULL)";

    /// <summary>Takes the reason away from such a run; stands in the write before the statement that changes its row.</summary>
    public static TableWrite RemoveReason(this TableWrite write, string runId) => write.Add(
        $"DELETE FROM tags WHERE run_id = $1 AND key = $2 AND EXISTS (SELECT 1 FROM runs WHERE run_id = $1 AND {Condition})",
        runId, ReasonTag);
}
