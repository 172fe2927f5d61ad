using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>A few rows to ask an endpoint about, and what every version of <see cref="Preparation.Model"/> computes for each.</summary>
internal sealed class Questions
{
    public const int Rows = 16;

    private const double Tolerance = 1e-6;

    private readonly Dictionary<int, double[]> _expected = [];
    private SignatureColumn[] _signature = [];

    /// <summary>Deploys each version in turn and asks it everything.</summary>
    public static async Task<Questions> PrepareAsync(IMlopsClient client, string endpoint, CancellationToken cancellationToken)
    {
        var questions = new Questions { _signature = (await client.Models.GetVersionAsync(Preparation.Model, 1, cancellationToken: cancellationToken)).Signature };
        for (var version = 1; version <= Preparation.Versions; version++)
        {
            await client.Serving.DeployAsync(
                new DeployEndpoint
                {
                    Name = endpoint,
                    Model = Preparation.Model,
                    Variants = [new VariantSpec { Name = "only", Version = version }],
                    OperationId = $"learn {version}",
                },
                cancellationToken);
            questions._expected[version] = await AskUntilAnsweredByAsync(client, questions.Ask(endpoint, [.. Enumerable.Range(0, Rows)]), version, cancellationToken);
        }

        return questions;
    }

    /// <summary>A request about rows by their numbers.</summary>
    public PredictRequest Ask(string endpoint, int[] rows) => new()
    {
        Endpoint = endpoint,
        Columns =
        [
            .. _signature.Select((column, number) => column.Categorical
                ? new FeatureColumn { Name = column.Name, Texts = Array.ConvertAll(rows, row => SampleData.Cities[row % SampleData.Cities.Length]) }
                : new FeatureColumn { Name = column.Name, Numbers = Array.ConvertAll(rows, row => (double)((row + number) % Rows) / Rows) }),
        ],
    };

    /// <summary>Answers of which the values are not what the version that they name computes for their row.</summary>
    public IEnumerable<Violation> Check(Operation operation, int[] rows, PredictReply reply)
    {
        if (reply.Probabilities.Length != rows.Length || reply.ModelVersions.Length != rows.Length || reply.PredictionIds.Length != rows.Length)
        {
            yield return new(ViolationKind.Wrong, operation.Workload, $"{rows.Length} rows were asked, {reply.Probabilities.Length} answered: {operation}");
            yield break;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            if (!_expected.TryGetValue(reply.ModelVersions[i], out var expected) || Math.Abs(expected[rows[i]] - reply.Probabilities[i]) > Tolerance)
            {
                yield return new(ViolationKind.Wrong, operation.Workload, $"row {rows[i]} is answered with {reply.Probabilities[i]}, version {reply.ModelVersions[i]} computes {expected?[rows[i]]}: {operation}");
            }
        }
    }

    /// <summary>Another silo may route to the version before for as long as it remembers a route.</summary>
    private static async Task<double[]> AskUntilAnsweredByAsync(IMlopsClient client, PredictRequest request, int version, CancellationToken cancellationToken)
    {
        var reply = await Durability.Tests.Support.Patience.UntilAsync(
            $"version {version} to answer", () => client.Serving.PredictAsync(request, cancellationToken), reply => reply.ModelVersions.All(answered => answered == version), cancellationToken);
        return reply.Probabilities;
    }
}
