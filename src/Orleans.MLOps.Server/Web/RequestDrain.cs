namespace Orleans.MLOps.Server.Web;

/// <summary>
/// Bounds how long open requests hold up a shutdown: when the node stops they get a grace time, then their connections are
/// cut, so that a stream left open by a client does not eat the time in which grains save their state.
/// </summary>
internal sealed class RequestDrain : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _stopping;

    public RequestDrain(IHostApplicationLifetime lifetime, TimeSpan grace) => _stopping = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(grace));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        await using var registration = _over.Token.UnsafeRegister(static open => ((HttpContext)open!).Abort(), context);
        await next(context);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _over.Dispose();
    }
}
