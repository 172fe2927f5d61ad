using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>Watches the retrainings that the labels bring about: each must end with a verdict, and an ended one stays as it was.</summary>
internal sealed class RetrainingDriver(int seed) : Driver("retraining", seed)
{
    private readonly Dictionary<string, PipelineRunInfo> _ended = [];
    private string? _seen;

    public override string Summary => $"{_ended.Count} retrainings: {string.Join(", ", _ended.Values.Select(run => run.Verdict))}";

    public override async Task VerifyAsync(IMlopsClient client)
    {
        var runs = (await client.Pipelines.ListRunsAsync(LabelDriver.Endpoint, cancellationToken: Cancel)).ToDictionary(run => run.RunId);
        foreach (var (id, ended) in _ended)
        {
            Assert.Equivalent(ended, runs[id], strict: true);
        }

        foreach (var run in runs.Values.Where(run => run.Status is PipelineRunStatus.Completed or PipelineRunStatus.Failed))
        {
            Assert.True(run.Status == PipelineRunStatus.Completed, $"Retraining {run.RunId} failed: {run.Reason}");
            _ended[run.RunId] = run;
        }
    }

    public async Task FinishAsync(IMlopsClient client)
    {
        await Patience.UntilAsync(
            "the end of the retraining under way",
            () => client.Pipelines.GetActiveRunAsync(LabelDriver.Endpoint, cancellationToken: Cancel),
            run => run is null or { Status: PipelineRunStatus.Completed or PipelineRunStatus.Failed },
            Cancel);
        await VerifyAsync(client);
    }

    protected override async Task StepAsync(IMlopsClient client)
    {
        var run = await client.Pipelines.GetActiveRunAsync(LabelDriver.Endpoint, cancellationToken: Cancel);
        if (run is { Status: not (PipelineRunStatus.Completed or PipelineRunStatus.Failed) })
        {
            if (!IsUnderWay || run.RunId != _seen)
            {
                _seen = run.RunId;
                Begin();
            }
        }
        else
        {
            Acknowledge();
        }

        await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
    }
}
