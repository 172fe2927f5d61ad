using System.Text.Encodings.Web;
using System.Text.Json;
using GraphQL;
using GraphQL.Execution;
using GraphQL.SystemTextJson;
using GraphQLParser.Exceptions;
using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>
/// MLflow's <c>/graphql</c>. A body that is no GraphQL request is refused as by every route; what is wrong with a query is said in the answer's
/// <c>errors</c>, and what a route refuses in its field's <c>apiError</c>.
/// </summary>
internal sealed class MlflowGraphQl(MlflowGraphQlSchema schema, MlflowCall call)
{
    private const int LongestQuery = 100_000;
    private const int DeepestText = 64;

    private static readonly DocumentExecuter Executer = new();
    private static readonly GraphQLDocumentBuilder Parser = new() { MaxDepth = DeepestText };
    private static readonly GraphQLSerializer Serializer = new(
        options => options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, new ErrorInfoProvider(options => options.ExposeExtensions = false));

    public async Task ExecuteAsync(HttpContext context, MlflowFields fields)
    {
        var query = fields.Required("query");
        if (query.Length > LongestQuery)
        {
            throw new InvalidInputException($"The query has {query.Length} characters: at most {LongestQuery} are allowed.", "query");
        }

        var result = await AnswerAsync(context, query, fields.NonEmpty("operationName"), Variables(fields)).ConfigureAwait(false);
        MlflowResponse.Describe(context);
        await Serializer.WriteAsync(context.Response.Body, result, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<ExecutionResult> AnswerAsync(HttpContext context, string query, string? operation, Inputs variables)
    {
        using var request = new GraphQlRequest(context, call, schema.Lookups);
        try
        {
            var document = Parser.Build(query);
            if (GraphQlLimits.Excess(document) is { } excess)
            {
                return Refusal(excess);
            }

            return await Executer.ExecuteAsync(new ExecutionOptions
            {
                Schema = schema.Schema,
                Query = query,
                Document = document,
                OperationName = operation,
                Variables = variables,
                Root = request,
                UnhandledExceptionDelegate = request.ExplainAsync,
                CancellationToken = request.Cancel,
            }).ConfigureAwait(false);
        }
        catch (ExecutionError malformed)
        {
            return new ExecutionResult { Errors = [malformed] };
        }
        catch (GraphQLParserException malformed)
        {
            return Refusal(malformed.Message);
        }
        catch (OperationCanceledException) when (request.IsTooLarge)
        {
            return Refusal("The answer has too many values: ask for fewer fields or smaller pages.");
        }
    }

    private static ExecutionResult Refusal(string message) => new() { Errors = [new ExecutionError(message)] };

    private static Inputs Variables(MlflowFields fields)
    {
        try
        {
            return fields.Object("variables") is { } given ? Serializer.ReadNode<Inputs>(given) ?? Inputs.Empty : Inputs.Empty;
        }
        catch (Exception error) when (error is InvalidOperationException or JsonException or FormatException or OverflowException)
        {
            throw new InvalidInputException("Invalid value for parameter 'variables' supplied: a text or number in it cannot be read.", "variables", error);
        }
    }
}
