using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>The answer to an inference request of the Open Inference Protocol: JSON, with the binary data that was asked for behind it.</summary>
internal static class InferAnswer
{
    public const string HeaderLength = "Inference-Header-Content-Length";

    public static Task SendAsync(HttpContext context, InferBody body, InferReply reply, TimeSpan decode)
    {
        var started = Stopwatch.GetTimestamp();
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(bytes, RestAnswer.Options))
        {
            Write(writer, body, reply);
        }

        var isBinary = false;
        var length = bytes.WrittenCount;
        foreach (var output in reply.Outputs)
        {
            if (body.IsBinary(output.Name))
            {
                isBinary = true;
                bytes.Write(output.Data);
            }
        }

        if (isBinary)
        {
            context.Response.Headers[HeaderLength] = length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        var encode = Stopwatch.GetElapsedTime(started);
        ServerTiming.Add(context, reply.Times, decode, encode);
        DoorMeter.Record("rest", body.Request.Project, body.Request.Endpoint, reply.Version, decode, encode);
        return RestAnswer.SendAsync(context, bytes.WrittenMemory, isBinary ? "application/octet-stream" : "application/json");
    }

    private static void Write(Utf8JsonWriter writer, InferBody body, InferReply reply)
    {
        writer.WriteStartObject();
        writer.WriteString("model_name"u8, body.Request.Endpoint);
        writer.WriteString("model_version"u8, reply.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (body.Request.RequestId is { } id)
        {
            writer.WriteString("id"u8, id);
        }

        writer.WriteStartArray("outputs"u8);
        foreach (var output in reply.Outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, output.Name);
            writer.WriteString("datatype"u8, TensorNames.Of(output.Type));
            writer.WriteStartArray("shape"u8);
            foreach (var dimension in output.Shape)
            {
                writer.WriteNumberValue(dimension);
            }

            writer.WriteEndArray();
            if (body.IsBinary(output.Name))
            {
                writer.WriteStartObject("parameters"u8);
                writer.WriteNumber("binary_data_size"u8, output.Data.Length);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteStartArray("data"u8);
                TensorJson.WriteElements(writer, output);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
