using System.Buffers.Binary;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>Requests of tensors as one call of an engine: their rows are put together, and its outputs are taken apart again.</summary>
internal static class TensorBatch
{
    public static void Compute(IModelEngine engine, IReadOnlyList<QueuedRequest> batch)
    {
        if (batch.Count == 1)
        {
            var only = (QueuedInference)batch[0];
            only.Outputs = Array.ConvertAll(engine.Run(only.Inputs, only.Wanted), output => ToTensor(output));
            return;
        }

        QueuedInference[] requests = [.. batch.Cast<QueuedInference>()];
        var parts = Split(requests, engine.Run(Together(requests), SharedWish(requests)), requests.Sum(request => request.Rows));
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i].Outputs = parts[i];
        }
    }

    public static Tensor ToTensor(in EngineTensor tensor) =>
        new() { Name = tensor.Name, Type = (TensorType)tensor.Type, Shape = tensor.Shape, Data = tensor.AsArray() };

    private static EngineTensor[] Together(QueuedInference[] batch)
    {
        var first = batch[0].Inputs;
        var together = new EngineTensor[first.Length];
        for (var input = 0; input < together.Length; input++)
        {
            var (bytes, rows) = (0, 0L);
            foreach (var request in batch)
            {
                bytes = checked(bytes + request.Inputs[input].Data.Length);
                rows += request.Inputs[input].Shape[0];
            }

            var data = GC.AllocateUninitializedArray<byte>(bytes);
            var at = 0;
            foreach (var request in batch)
            {
                request.Inputs[input].Data.Span.CopyTo(data.AsSpan(at));
                at += request.Inputs[input].Data.Length;
            }

            together[input] = first[input] with { Shape = [rows, .. first[input].Shape.AsSpan(1)], Data = data };
        }

        return together;
    }

    /// <summary>The outputs that all of the batch ask for; all of the model when they differ.</summary>
    private static string[] SharedWish(QueuedInference[] batch)
    {
        var first = batch[0].Wanted;
        for (var i = 1; i < batch.Length; i++)
        {
            if (!batch[i].Wanted.AsSpan().SequenceEqual(first))
            {
                return [];
            }
        }

        return first;
    }

    private static Tensor[][] Split(QueuedInference[] batch, EngineTensor[] outputs, int rows)
    {
        var parts = new Tensor[batch.Length][];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = new Tensor[batch[i].Wanted.Length == 0 ? outputs.Length : batch[i].Wanted.Length];
        }

        foreach (var (index, output) in outputs.Index())
        {
            if (output.Shape.Length == 0 || output.Shape[0] != rows)
            {
                throw new InvalidDataException($"Output '{output.Name}' has the shape [{string.Join(", ", output.Shape)}] for {rows} rows; its rows cannot be told apart.");
            }

            var at = 0;
            for (var i = 0; i < parts.Length; i++)
            {
                var length = Length(output, at, batch[i].Rows, rows);
                var place = batch[i].Wanted.Length == 0 ? index : Array.IndexOf(batch[i].Wanted, output.Name);
                if (place >= 0)
                {
                    parts[i][place] = new Tensor
                    {
                        Name = output.Name,
                        Type = (TensorType)output.Type,
                        Shape = [batch[i].Rows, .. output.Shape.AsSpan(1)],
                        Data = output.Data.Slice(at, length).ToArray(),
                    };
                }

                at += length;
            }
        }

        return parts;
    }

    /// <summary>Bytes of the next rows of an output.</summary>
    private static int Length(in EngineTensor output, int at, int taken, int rows)
    {
        if (output.Type != ElementType.Bytes)
        {
            return rows == 0 ? 0 : output.Data.Length / rows * taken;
        }

        long elements = taken;
        for (var axis = 1; axis < output.Shape.Length; axis++)
        {
            elements *= output.Shape[axis];
        }

        var end = at;
        for (var element = 0L; element < elements; element++)
        {
            end += sizeof(uint) + (int)BinaryPrimitives.ReadUInt32LittleEndian(output.Data.Span[end..]);
        }

        return end - at;
    }
}
