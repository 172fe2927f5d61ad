using System.Buffers.Binary;
using System.Text.Json;
using Orleans.MLOps.Gateway.Serving.Rest;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>Answers in TensorFlow Serving's shapes.</summary>
internal static class PredictAnswer
{
    private const string BytesSuffix = "_bytes";

    public static void Write(Utf8JsonWriter writer, Tensor[] outputs, bool isRow)
    {
        writer.WriteStartObject();
        if (isRow)
        {
            WriteRows(writer, outputs);
        }
        else
        {
            writer.WritePropertyName("outputs"u8);
            if (outputs is [var only])
            {
                WriteTensor(writer, only);
            }
            else
            {
                writer.WriteStartObject();
                foreach (var output in outputs)
                {
                    writer.WritePropertyName(output.Name);
                    WriteTensor(writer, output);
                }

                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>One number for each example.</summary>
    /// <exception cref="InvalidInputException">The model gives something else.</exception>
    public static void WriteRegressions(Utf8JsonWriter writer, Tensor[] outputs)
    {
        var result = outputs.FirstOrDefault(output => output.Type is TensorType.Float32 or TensorType.Float64 && output.Shape is [_] or [_, 1])
            ?? throw new InvalidInputException("The model gives no output of one number for each example; ask it to predict.", "outputs");
        writer.WriteStartObject();
        writer.WriteStartArray("results"u8);
        TensorJson.WriteElements(writer, result);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>For each example its classes with their scores; a model without class names leaves them empty.</summary>
    /// <exception cref="InvalidInputException">The model gives no scores.</exception>
    public static void WriteClasses(Utf8JsonWriter writer, Tensor[] outputs)
    {
        var scores = outputs.FirstOrDefault(output => output.Type is TensorType.Float32 or TensorType.Float64 && output.Shape is [_] or [_, _])
            ?? throw new InvalidInputException("The model gives no scores for each example; ask it to predict.", "outputs");
        var names = outputs.FirstOrDefault(output => output.Type == TensorType.Bytes && output.Shape.AsSpan().SequenceEqual(scores.Shape) && output.Name.Contains("class", StringComparison.OrdinalIgnoreCase));
        ReadOnlySpan<byte> score = scores.Data;
        ReadOnlySpan<byte> name = names?.Data;
        var classes = scores.Shape is [_, var several] ? several : 1;
        writer.WriteStartObject();
        writer.WriteStartArray("results"u8);
        for (var row = 0L; row < scores.Shape[0]; row++)
        {
            writer.WriteStartArray();
            for (var i = 0L; i < classes; i++)
            {
                writer.WriteStartArray();
                if (names is null)
                {
                    writer.WriteStringValue(""u8);
                }
                else
                {
                    name = TensorJson.WriteElement(writer, names, name);
                }

                score = TensorJson.WriteElement(writer, scores, score);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter writer, Tensor[] outputs)
    {
        if (outputs.Length == 0)
        {
            throw new InvalidInputException("The model gives nothing for these instances.", "instances");
        }

        if (outputs.FirstOrDefault(output => output.Shape.Length == 0 || output.Shape[0] != outputs[0].Shape.FirstOrDefault(-1)) is { } other)
        {
            throw new InvalidInputException($"Output '{other.Name}' does not have the rows of the others; ask in columns, with 'inputs'.", other.Name);
        }

        var rows = outputs[0].Shape[0];
        var places = new int[outputs.Length];
        writer.WriteStartArray("predictions"u8);
        for (var row = 0L; row < rows; row++)
        {
            if (outputs.Length > 1)
            {
                writer.WriteStartObject();
            }

            for (var i = 0; i < outputs.Length; i++)
            {
                if (outputs.Length > 1)
                {
                    writer.WritePropertyName(outputs[i].Name);
                }

                var data = outputs[i].Data.AsSpan(places[i]);
                places[i] += data.Length - WriteNested(writer, outputs[i], 1, data).Length;
            }

            if (outputs.Length > 1)
            {
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteTensor(Utf8JsonWriter writer, Tensor tensor) => WriteNested(writer, tensor, 0, tensor.Data);

    private static ReadOnlySpan<byte> WriteNested(Utf8JsonWriter writer, Tensor tensor, int axis, ReadOnlySpan<byte> data)
    {
        if (axis == tensor.Shape.Length)
        {
            return tensor.Type == TensorType.Bytes && tensor.Name.EndsWith(BytesSuffix, StringComparison.Ordinal)
                ? WriteBytes(writer, data)
                : TensorJson.WriteElement(writer, tensor, data);
        }

        writer.WriteStartArray();
        for (var i = 0L; i < tensor.Shape[axis]; i++)
        {
            data = WriteNested(writer, tensor, axis + 1, data);
        }

        writer.WriteEndArray();
        return data;
    }

    private static ReadOnlySpan<byte> WriteBytes(Utf8JsonWriter writer, ReadOnlySpan<byte> data)
    {
        var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(data);
        writer.WriteStartObject();
        writer.WriteBase64String("b64"u8, data.Slice(sizeof(uint), length));
        writer.WriteEndObject();
        return data[(sizeof(uint) + length)..];
    }
}
