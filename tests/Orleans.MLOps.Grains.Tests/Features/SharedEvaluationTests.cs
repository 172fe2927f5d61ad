using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;

namespace Orleans.MLOps.Grains.Tests.Features;

public sealed class SharedEvaluationTests
{
    private static readonly FeatureFrame Frame = new() { Data = new BlobRef { Digest = "d", Length = 1 }, View = "v", DatasetVersion = "d" };

    private readonly TaskCompletionSource<FeatureFrame> _frame = new();
    private CancellationToken _token;

    [Fact]
    public async Task WaitAsync_OneOfTwoGoesAway_TheOtherGetsTheFrame()
    {
        using var gone = new CancellationTokenSource();
        using var evaluation = Begin();
        var (first, second) = (evaluation.WaitAsync(gone.Token), evaluation.WaitAsync(CancellationToken.None));

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.False(evaluation.IsAbandoned);
        _frame.SetResult(Frame);
        Assert.Same(Frame, await second);
        Assert.False(_token.IsCancellationRequested);
    }

    [Fact]
    public async Task WaitAsync_TheLastGoesAway_EndsTheEvaluation()
    {
        using var gone = new CancellationTokenSource();
        using var evaluation = Begin();
        var (first, second) = (evaluation.WaitAsync(gone.Token), evaluation.WaitAsync(gone.Token));

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        Assert.True(evaluation.IsAbandoned);
        Assert.True(_token.IsCancellationRequested);
    }

    private SharedEvaluation Begin() => new(token =>
    {
        _token = token;
        return _frame.Task;
    });
}
