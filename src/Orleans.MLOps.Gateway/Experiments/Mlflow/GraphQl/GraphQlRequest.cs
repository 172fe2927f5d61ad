using System.Text.Json;
using GraphQL.Execution;
using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>One query under way: asks REST routes for their answers, and ends when it has grown too large.</summary>
internal sealed class GraphQlRequest : IDisposable
{
    private const int MostValues = 1_000_000;

    private readonly HttpContext _context;
    private readonly MlflowCall _call;
    private readonly CancellationTokenSource _stop;
    private long _values;

    public GraphQlRequest(HttpContext context, MlflowCall call, GraphQlLookupRoutes routes)
    {
        (_context, _call) = (context, call);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        Lookups = new GraphQlLookups(this, routes);
    }

    public GraphQlLookups Lookups { get; }

    public CancellationToken Cancel => _stop.Token;

    /// <summary>Whether the query ended because of its size.</summary>
    public bool IsTooLarge => _stop.IsCancellationRequested && !_context.RequestAborted.IsCancellationRequested;

    /// <exception cref="OperationCanceledException">The answer has more values than a query may ask for.</exception>
    public void Count(long values)
    {
        if (Interlocked.Add(ref _values, values) > MostValues)
        {
            _stop.Cancel();
            _stop.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>What the route answers, as it would over HTTP.</summary>
    public async Task<JsonElement> AskAsync(MlflowHandler route, JsonElement body)
    {
        using var answer = new MemoryStream();
        var inner = new DefaultHttpContext { RequestServices = _context.RequestServices, User = _context.User, RequestAborted = Cancel };
        inner.Response.Body = answer;
        await route(inner, new MlflowFields(body)).ConfigureAwait(false);
        return JsonElement.Parse(answer.GetBuffer().AsSpan(0, (int)answer.Length));
    }

    /// <summary>As <see cref="AskAsync"/>; a refusal becomes <c>apiError</c>.</summary>
    public async Task<JsonElement> AnswerAsync(MlflowHandler route, JsonElement body)
    {
        try
        {
            var answer = await AskAsync(route, body).ConfigureAwait(false);
            Lookups.Expect(answer);
            return answer;
        }
        catch (Exception error) when (!Cancel.IsCancellationRequested)
        {
            var (_, code, message) = _call.Explain(error, _context.Request.Path);
            return JsonSerializer.SerializeToElement(new { api_error = new { code, message } });
        }
    }

    /// <summary>Says of an error behind a field what its REST route would say.</summary>
    public Task ExplainAsync(UnhandledExceptionContext unhandled)
    {
        var (_, code, message) = _call.Explain(unhandled.OriginalException, _context.Request.Path);
        unhandled.ErrorMessage = $"{code}: {message}";
        return Task.CompletedTask;
    }

    public void Dispose() => _stop.Dispose();
}
