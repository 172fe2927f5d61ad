using System.Text.Json;

namespace Orleans.MLOps.Benchmarks.Peer;

/// <summary>Inference of the Open Inference Protocol as JSON.</summary>
internal sealed class PeerRest(PeerModel model)
{
    public async Task InferAsync(HttpContext context)
    {
        if ((string?)context.Request.RouteValues["model"] != model.Name)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such model.");
            return;
        }

        PeerRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(context.Request.BodyReader, PeerJson.Default.PeerRequest, context.RequestAborted);
        }
        catch (JsonException error)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, error.Message);
            return;
        }

        if (request?.Inputs is not [{ Datatype: "FP32", Shape: [> 0 and var rows, 16] } input] || input.Name != model.Input || input.Data?.Length != rows * 16)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"One input '{model.Input}' of FP32 [-1,16] is needed.");
            return;
        }

        var (data, shape) = model.Run(input.Data, input.Shape);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(
            context.Response.BodyWriter, new PeerResponse(model.Name, "1", request.Id, [new PeerTensor(model.Output, "FP32", shape, data)]), PeerJson.Default.PeerResponse, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, new PeerError(reason), PeerJson.Default.PeerError, context.RequestAborted);
    }
}
