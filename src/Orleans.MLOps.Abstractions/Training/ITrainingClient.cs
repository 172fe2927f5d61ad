namespace Orleans.MLOps.Training;

/// <summary>Training through the SDK.</summary>
public interface ITrainingClient
{
    /// <summary>Starts a job and returns at once. Idempotent when the job id (32 hex digits) is given.</summary>
    Task<TrainingJobInfo> StartAsync(TrainingJobSpec spec, string? jobId = null, CancellationToken cancellationToken = default);

    /// <summary>The state of a job.</summary>
    Task<TrainingJobInfo> GetAsync(string jobId, CancellationToken cancellationToken = default);

    /// <summary>Polls until the job has ended, whichever way.</summary>
    Task<TrainingJobInfo> WaitAsync(string jobId, CancellationToken cancellationToken = default);

    /// <summary>Asks a job to stop. Idempotent.</summary>
    Task CancelAsync(string jobId, CancellationToken cancellationToken = default);
}
