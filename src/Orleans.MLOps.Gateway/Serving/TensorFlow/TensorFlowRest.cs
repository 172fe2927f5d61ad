using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Gateway.Serving.Rest;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>TensorFlow Serving's REST API.</summary>
internal sealed class TensorFlowRest(ServedModels models, SignatureCache signatures, RestErrors errors)
{
    private const string Root = "/v1/models/";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/v1").WithMetadata(new DoorAccessAttribute(DoorAccess.Endpoints));
        group.Map("/models", static context => RestErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "Missing model name in request."));
        group.Map("/models/{**rest}", errors.Guard(AnswerAsync));
        group.Map("/{**rest}", static context => MalformedAsync(context));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.ToUriComponent();
        if (ServablePath.Parse(path[Math.Min(Root.Length, path.Length)..]) is not { } asked)
        {
            await MalformedAsync(context).ConfigureAwait(false);
            return;
        }

        var isPost = HttpMethods.IsPost(context.Request.Method);
        switch (asked.Verb)
        {
            case "predict" or "classify" or "regress" when isPost:
                await ComputeAsync(context, asked).ConfigureAwait(false);
                break;
            case "metadata" when HttpMethods.IsGet(context.Request.Method):
                var described = await DescribeAsync(asked, context).ConfigureAwait(false);
                await RestAnswer.SendJsonAsync(context, writer => ModelFacts.WriteMetadata(writer, described)).ConfigureAwait(false);
                break;
            case "" when HttpMethods.IsGet(context.Request.Method):
                var status = await StatesAsync(asked, context).ConfigureAwait(false);
                await RestAnswer.SendJsonAsync(context, writer => ModelFacts.WriteStatus(writer, status)).ConfigureAwait(false);
                break;
            default:
                await MalformedAsync(context).ConfigureAwait(false);
                break;
        }
    }

    private async Task ComputeAsync(HttpContext context, ServablePath asked)
    {
        var caller = EndpointScope.Of(context);
        using var document = PredictBody.Parse(await RequestBody.ReadAsync(context).ConfigureAwait(false));
        for (var isRepeat = false; ; isRepeat = true)
        {
            var (endpoint, isRemembered) = await FindAsync(caller, asked, isRepeat, context.RequestAborted).ConfigureAwait(false);
            try
            {
                var started = Stopwatch.GetTimestamp();
                var isRow = Read(document.RootElement, asked, endpoint.Versions[0].Signature.Inputs, out var inputs);
                var decode = Stopwatch.GetElapsedTime(started);
                var reply = await models.InferAsync(
                    caller, new InferRequest { Endpoint = asked.Model, Version = (int?)asked.Version, Label = asked.Label, Inputs = inputs }, context.RequestAborted).ConfigureAwait(false);
                await SendAsync(context, asked, reply, isRow, decode).ConfigureAwait(false);
                return;
            }
            catch (InvalidInputException) when (isRemembered && !isRepeat && !context.Response.HasStarted)
            {
                // The model may take something else by now.
            }
        }
    }

    private static Task SendAsync(HttpContext context, ServablePath asked, InferReply reply, bool isRow, TimeSpan decode)
    {
        var started = Stopwatch.GetTimestamp();
        var body = RestAnswer.Write(writer => Write(writer, asked, reply.Outputs, isRow));
        var encode = Stopwatch.GetElapsedTime(started);
        ServerTiming.Add(context, reply.Times, decode, encode);
        DoorMeter.Record("tensorflow", Project.Default, asked.Model, reply.Version, decode, encode);
        return RestAnswer.SendAsync(context, body, "application/json");
    }

    private static bool Read(JsonElement root, ServablePath asked, TensorSpec[] specs, out Tensor[] inputs)
    {
        if (asked.Verb == "predict")
        {
            var body = PredictBody.Read(root, specs);
            inputs = body.Inputs;
            return body.IsRow;
        }

        inputs = ExamplesBody.Read(root, specs);
        return true;
    }

    private static void Write(Utf8JsonWriter writer, ServablePath asked, Tensor[] outputs, bool isRow)
    {
        switch (asked.Verb)
        {
            case "classify":
                PredictAnswer.WriteClasses(writer, outputs);
                break;
            case "regress":
                PredictAnswer.WriteRegressions(writer, outputs);
                break;
            default:
                PredictAnswer.Write(writer, outputs, isRow);
                break;
        }
    }

    /// <summary>The versions asked for, newest first.</summary>
    private async Task<IReadOnlyList<IndexedModel>> StatesAsync(ServablePath asked, HttpContext context)
    {
        var version = asked.Version?.ToString(CultureInfo.InvariantCulture)
            ?? (asked.Label is null ? null : (await DescribeAsync(asked, context).ConfigureAwait(false)).Versions[0].Version.ToString(CultureInfo.InvariantCulture));
        var states = await models.StatesAsync(EndpointScope.Of(context), asked.Model, context.RequestAborted).ConfigureAwait(false);
        IndexedModel[] found = [.. states.Where(state => version is null || state.Version == version).Reverse()];
        return found switch
        {
            [] when version is not null => throw new NotFoundException($"Servable not found for request: Specific({asked.Model}, {version})", "version"),
            [] => throw new NotFoundException($"Servable not found for request: Latest({asked.Model})", "model"),
            [{ Version: "", Reason: var reason }] => throw new UnavailableException(reason, "model"),
            _ => found,
        };
    }

    private async Task<ServedEndpoint> DescribeAsync(ServablePath asked, HttpContext context)
    {
        var (endpoint, _) = await FindAsync(EndpointScope.Of(context), asked, fresh: true, context.RequestAborted).ConfigureAwait(false);
        return endpoint;
    }

    /// <exception cref="NotFoundException">There is no such model or version.</exception>
    /// <exception cref="InvalidInputException">There is no such label; this protocol calls that a bad request.</exception>
    private async ValueTask<(ServedEndpoint Endpoint, bool IsRemembered)> FindAsync(EndpointScope caller, ServablePath asked, bool fresh, CancellationToken cancellationToken)
    {
        caller.Require(ServedModels.Project, asked.Model);
        if (asked.Version > int.MaxValue)
        {
            throw new NotFoundException($"Servable not found for request: Specific({asked.Model}, {asked.Version})", "version");
        }

        try
        {
            return await signatures.GetAsync(caller, asked.Model, asked.Label ?? asked.Version?.ToString(CultureInfo.InvariantCulture), fresh, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException error)
        {
            throw asked.Label is { } label && error.Field == "label" ? new InvalidInputException($"Unrecognized servable version label: {label}", "label", error)
                : asked.Version is { } version ? new NotFoundException($"Servable not found for request: Specific({asked.Model}, {version})", "version", error)
                : new NotFoundException($"Servable not found for request: Latest({asked.Model})", "model", error);
        }
    }

    private static Task MalformedAsync(HttpContext context) =>
        RestErrors.WriteAsync(context, StatusCodes.Status400BadRequest, $"Malformed request: {context.Request.Method} {context.Request.Path}");
}
