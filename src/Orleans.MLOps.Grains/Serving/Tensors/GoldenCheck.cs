using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>Runs golden samples through loaded versions before they are routed to; it also warms them up.</summary>
internal static class GoldenCheck
{
    private const int MostSamples = 32;
    private const long MostBytes = 1 << 20;

    public static void CheckShape(IReadOnlyList<GoldenSample> samples)
    {
        if (samples.Count > MostSamples)
        {
            throw new InvalidInputException($"{samples.Count} golden samples are given; at most {MostSamples} are allowed.", "golden_samples");
        }

        if (samples.Sum(sample => sample.Inputs.Concat(sample.Outputs).Sum(tensor => (long)tensor.Data.Length)) is > MostBytes and var bytes)
        {
            throw new InvalidInputException($"The golden samples have {bytes} bytes; at most {MostBytes} are allowed.", "golden_samples");
        }

        if (samples.FirstOrDefault(sample => !(sample.Tolerance >= 0 && double.IsFinite(sample.Tolerance))) is { } wrong)
        {
            throw new InvalidInputException($"A golden sample has the tolerance {wrong.Tolerance}; a finite number of at least 0 is needed.", "golden_samples");
        }
    }

    /// <exception cref="FailedPreconditionException">A version gives something else, or cannot compute a sample.</exception>
    public static void Run(EndpointInfo endpoint, IEnumerable<LoadedModel> models)
    {
        if (endpoint.GoldenSamples.Length == 0)
        {
            return;
        }

        foreach (var model in models.Distinct())
        {
            var tensors = model as TensorModel
                ?? throw new FailedPreconditionException($"Endpoint '{endpoint.Name}' has golden samples, which are for models of tensors; version {model.Version.Version} takes columns.", "golden_samples");
            for (var i = 0; i < endpoint.GoldenSamples.Length; i++)
            {
                Run(endpoint, tensors, endpoint.GoldenSamples[i], i);
            }
        }
    }

    private static void Run(EndpointInfo endpoint, TensorModel model, GoldenSample sample, int number)
    {
        var field = $"golden_samples[{number}]";
        try
        {
            string[] wanted = [.. sample.Outputs.Select(output => output.Name)];
            var request = new InferRequest { Endpoint = endpoint.Name, Inputs = sample.Inputs, Outputs = wanted };
            TensorRules.Check(model.Signature, request, endpoint.Limits);
            var given = model.Engine.Run(TensorInference.InOrder(model.Signature, sample.Inputs), wanted);
            var (largest, differs) = TensorDifference.Of(sample.Outputs, Array.ConvertAll(given, output => TensorBatch.ToTensor(output)), sample.Tolerance);
            if (differs)
            {
                throw new FailedPreconditionException(
                    $"{field}: version {model.Version.Version} of model '{model.Version.Model}' differs from the expected outputs by up to {largest:g3}; {sample.Tolerance:g3} is allowed.", field);
            }
        }
        catch (Exception error) when (error is ArgumentException or InvalidInputException)
        {
            throw new FailedPreconditionException($"{field}: version {model.Version.Version} of model '{model.Version.Model}' cannot compute it: {error.Message}", field, error);
        }
    }
}
