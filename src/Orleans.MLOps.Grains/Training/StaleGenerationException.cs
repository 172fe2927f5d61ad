namespace Orleans.MLOps.Grains.Training;

/// <summary>Another generation has taken the job over, so this one stops without a word.</summary>
internal sealed class StaleGenerationException(string jobId, int generation)
    : Exception($"Generation {generation} of job '{jobId}' is no longer the current one.");
