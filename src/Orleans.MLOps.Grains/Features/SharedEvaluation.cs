using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// One evaluation for all who ask for the same frame: a caller that goes away does not take it from the others, and the last one
/// to go away ends it. Used within a grain's turns only.
/// </summary>
internal sealed class SharedEvaluation : IDisposable
{
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Task<FeatureFrame> _frame;
    private int _callers;

    public SharedEvaluation(Func<CancellationToken, Task<FeatureFrame>> evaluate) => _frame = evaluate(_abandoned.Token);

    public bool IsAbandoned => _abandoned.IsCancellationRequested;

    public async Task<FeatureFrame> WaitAsync(CancellationToken cancellationToken)
    {
        _callers++;
        try
        {
            return await _frame.WaitAsync(cancellationToken);
        }
        finally
        {
            if (--_callers == 0)
            {
                if (!_frame.IsCompleted)
                {
                    await _abandoned.CancelAsync();
                }

                Dispose();
            }
        }
    }

    public void Dispose() => _abandoned.Dispose();
}
