using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Gateway.Serving.OpenInference;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>The Open Inference Protocol over HTTP, with the extensions that Triton's clients use.</summary>
internal sealed class OpenInferenceRest(ServedModels models, HealthCheckService health, RestErrors errors)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/v2").WithMetadata(new DoorAccessAttribute(DoorAccess.Endpoints));
        var operators = new DoorAccessAttribute(DoorAccess.Operators);
        group.MapGet("", errors.Guard(ServerAsync));
        group.MapGet("/health/live", static context => Task.CompletedTask).AllowAnonymous();
        group.MapGet("/health/ready", errors.Guard(ReadyAsync)).AllowAnonymous();
        group.MapGet("/models", errors.Guard(ListAsync));
        group.MapGet("/models/stats", errors.Guard(StatisticsAsync));
        group.MapPost("/repository/index", errors.Guard(IndexAsync));
        group.MapPost("/repository/models/{model}/load", errors.Guard(LoadAsync)).WithMetadata(operators);
        group.MapPost("/repository/models/{model}/unload", errors.Guard(UnloadAsync)).WithMetadata(operators);
        foreach (var path in new[] { "/models/{model}", "/models/{model}/versions/{version}" })
        {
            group.MapGet(path, errors.Guard(MetadataAsync));
            group.MapGet($"{path}/ready", errors.Guard(ModelReadyAsync));
            group.MapGet($"{path}/config", errors.Guard(ConfigAsync));
            group.MapGet($"{path}/stats", errors.Guard(StatisticsAsync));
            group.MapPost($"{path}/infer", errors.Guard(InferAsync));
        }

        group.Map("/{**rest}", static context => RestErrors.WriteAsync(context, StatusCodes.Status404NotFound, $"There is nothing at {context.Request.Method} {context.Request.Path}."));
    }

    private static string Model(HttpContext context) => (string)context.Request.RouteValues["model"]!;

    private static string? Version(HttpContext context) => (string?)context.Request.RouteValues.GetValueOrDefault("version");

    private static Task ServerAsync(HttpContext context) => RestAnswer.SendJsonAsync(context, static writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, ServerFacts.Name);
        writer.WriteString("version"u8, ServerFacts.Version);
        writer.WriteStartArray("extensions"u8);
        Array.ForEach(ServerFacts.Extensions, writer.WriteStringValue);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private async Task ReadyAsync(HttpContext context)
    {
        var report = await health.CheckHealthAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = report.Status == HealthStatus.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
    }

    private async Task ModelReadyAsync(HttpContext context) =>
        context.Response.StatusCode = await models.IsReadyAsync(EndpointScope.Of(context), Model(context), Version(context), context.RequestAborted).ConfigureAwait(false)
            ? StatusCodes.Status200OK
            : StatusCodes.Status404NotFound;

    private async Task ListAsync(HttpContext context)
    {
        var names = await models.ListAsync(EndpointScope.Of(context), context.RequestAborted).ConfigureAwait(false);
        await RestAnswer.SendJsonAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("models"u8);
            foreach (var name in names)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task MetadataAsync(HttpContext context)
    {
        var endpoint = await models.DescribeAsync(EndpointScope.Of(context), Model(context), Version(context), context.RequestAborted).ConfigureAwait(false);
        await RestAnswer.SendJsonAsync(context, writer => ModelJson.WriteMetadata(writer, endpoint)).ConfigureAwait(false);
    }

    private async Task ConfigAsync(HttpContext context)
    {
        var endpoint = await models.DescribeAsync(EndpointScope.Of(context), Model(context), Version(context), context.RequestAborted).ConfigureAwait(false);
        await RestAnswer.SendJsonAsync(context, writer => ModelJson.WriteConfig(writer, ModelMessages.Config(endpoint))).ConfigureAwait(false);
    }

    private async Task StatisticsAsync(HttpContext context)
    {
        var endpoints = await models.DescribeAllAsync(EndpointScope.Of(context), (string?)context.Request.RouteValues.GetValueOrDefault("model"), Version(context), context.RequestAborted).ConfigureAwait(false);
        var statistics = endpoints.SelectMany(ModelMessages.Statistics);
        await RestAnswer.SendJsonAsync(context, writer => ModelJson.WriteStatistics(writer, statistics)).ConfigureAwait(false);
    }

    private async Task IndexAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var index = await models.IndexAsync(EndpointScope.Of(context), IsReadyAsked(body), context.RequestAborted).ConfigureAwait(false);
        await RestAnswer.SendJsonAsync(context, writer =>
        {
            writer.WriteStartArray();
            foreach (var entry in index)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, entry.Name);
                writer.WriteString("version"u8, entry.Version);
                writer.WriteString("state"u8, entry.State);
                writer.WriteString("reason"u8, entry.Reason);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private async Task LoadAsync(HttpContext context)
    {
        RepositoryParameters.CheckLoad(RepositoryParameters.Read(await RequestBody.ReadAsync(context).ConfigureAwait(false)));
        await models.LoadAsync(EndpointScope.Of(context), Model(context), context.RequestAborted).ConfigureAwait(false);
    }

    private async Task UnloadAsync(HttpContext context)
    {
        RepositoryParameters.CheckUnload(RepositoryParameters.Read(await RequestBody.ReadAsync(context).ConfigureAwait(false)));
        await models.UnloadAsync(Model(context), context.RequestAborted).ConfigureAwait(false);
    }

    private async Task InferAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var started = Stopwatch.GetTimestamp();
        var request = await ToRequestAsync(context, body).ConfigureAwait(false);
        var decode = Stopwatch.GetElapsedTime(started);
        var reply = await models.InferAsync(EndpointScope.Of(context), request.Request, context.RequestAborted).ConfigureAwait(false);
        await InferAnswer.SendAsync(context, request, reply, decode).ConfigureAwait(false);
    }

    private async ValueTask<InferBody> ToRequestAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var given = context.Request.Headers[InferAnswer.HeaderLength].ToString();
        if (given.Length == 0)
        {
            return InferBody.Read(Model(context), Version(context), body, body.Length);
        }

        if (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > body.Length)
        {
            throw new InvalidInputException($"{InferAnswer.HeaderLength} is '{given}'; a number of at most {body.Length}, the bytes of the body, is needed.", "inference-header-content-length");
        }

        return length > 0 || body.Length == 0
            ? InferBody.Read(Model(context), Version(context), body, length)
            : await RawAsync(context, body).ConfigureAwait(false);
    }

    /// <summary>A body that is nothing but the one input of one row.</summary>
    private async ValueTask<InferBody> RawAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var endpoint = await models.DescribeAsync(EndpointScope.Of(context), Model(context), Version(context), context.RequestAborted).ConfigureAwait(false);
        return RawBody.Read(endpoint, Version(context), body);
    }

    private static bool IsReadyAsked(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("ready", out var ready) && ready.ValueKind == JsonValueKind.True;
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"The body is not valid JSON: {error.Message}", "body", error);
        }
    }
}
