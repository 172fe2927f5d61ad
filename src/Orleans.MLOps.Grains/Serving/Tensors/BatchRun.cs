using System.Buffers.Binary;
using System.Diagnostics;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>One call of the engine for the requests of a batch. Everyone gets the rows that are theirs, or the error that is theirs.</summary>
internal static class BatchRun
{
    public static void Execute(IModelEngine engine, IReadOnlyList<QueuedInference> batch, VariantCounters counters)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var outputs = batch.Count == 1 ? engine.Run(batch[0].Inputs, batch[0].Wanted) : engine.Run(Together(batch), SharedWish(batch));
            var taken = Stopwatch.GetElapsedTime(started);
            counters.OnExecuted(batch, started, taken);
            Hand(batch, outputs, started, taken);
        }
        catch (Exception) when (batch.Count > 1)
        {
            // One of them may be what the engine cannot compute; the others must not suffer from it.
            foreach (var request in batch)
            {
                Execute(engine, [request], counters);
            }
        }
        catch (ArgumentException error)
        {
            counters.OnFailed(Stopwatch.GetElapsedTime(batch[0].ArrivedAt));
            batch[0].Fail(new InvalidInputException(error.Message, "inputs", error));
        }
        catch (Exception error)
        {
            counters.OnFailed(Stopwatch.GetElapsedTime(batch[0].ArrivedAt));
            batch[0].Fail(error);
        }
    }

    public static Tensor ToTensor(in EngineTensor tensor) =>
        new() { Name = tensor.Name, Type = (TensorType)tensor.Type, Shape = tensor.Shape, Data = tensor.AsArray() };

    private static EngineTensor[] Together(IReadOnlyList<QueuedInference> batch)
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
    private static string[] SharedWish(IReadOnlyList<QueuedInference> batch)
    {
        var first = batch[0].Wanted;
        for (var i = 1; i < batch.Count; i++)
        {
            if (!batch[i].Wanted.AsSpan().SequenceEqual(first))
            {
                return [];
            }
        }

        return first;
    }

    private static void Hand(IReadOnlyList<QueuedInference> batch, EngineTensor[] outputs, long started, TimeSpan taken)
    {
        var rows = 0;
        foreach (var request in batch)
        {
            rows += request.Rows;
        }

        var results = batch.Count == 1 ? [Array.ConvertAll(outputs, output => ToTensor(output))] : Split(batch, outputs, rows);
        for (var i = 0; i < batch.Count; i++)
        {
            var waited = Stopwatch.GetElapsedTime(batch[i].ArrivedAt, started);
            batch[i].Complete(new(results[i], new() { QueueMicroseconds = (int)waited.TotalMicroseconds, InferMicroseconds = (int)taken.TotalMicroseconds, BatchRows = rows }));
        }
    }

    private static Tensor[][] Split(IReadOnlyList<QueuedInference> batch, EngineTensor[] outputs, int rows)
    {
        var parts = new Tensor[batch.Count][];
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
