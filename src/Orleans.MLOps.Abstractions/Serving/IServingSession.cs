namespace Orleans.MLOps.Serving;

/// <summary>An open serving stream. Messages are applied and answered in the order of the calls; one caller at a time.</summary>
public interface IServingSession : IAsyncDisposable
{
    /// <summary>Applies labels and observations and answers predictions, in the order of their times.</summary>
    Task<ServeReply> ServeAsync(ServeRequest request, CancellationToken cancellationToken = default);
}
