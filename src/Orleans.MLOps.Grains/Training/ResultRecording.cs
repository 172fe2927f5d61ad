using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Puts a job's result on record: artifacts and figures of its run, and the registered version. Repeating it after a crash gives the same.</summary>
internal sealed class ResultRecording(IGrainFactory grains, IBlobStore blobs)
{
    public async Task<JobOutcome> RunAsync(
        PartOrder order, PreparedTraining prepared, RunRecord record, FinishedModel model, BlobRef weightsBlob, byte[] weights, IReadOnlyDictionary<string, double> timings)
    {
        await record.AddArtifactAsync("model/weights.safetensors", weights);
        await record.AddArtifactAsync("model/model.onnx", model.Onnx);
        await record.AddArtifactAsync("model/network.json", Encoding.UTF8.GetBytes(prepared.Network.ToJson()));
        await record.AddArtifactAsync("model/reference.bin", model.Reference);
        var version = await RegisterAsync(order, prepared, model, weightsBlob);
        var metrics = new Dictionary<string, double>(timings) { ["parity_max_difference"] = model.Parity.MaxAbsoluteDifference };
        foreach (var (name, value) in model.Metrics)
        {
            metrics[$"holdout_{name}"] = value;
        }

        var tags = new Dictionary<string, string>
        {
            ["mlops.weights_digest"] = weightsBlob.Digest,
            ["mlops.parity"] = model.Parity.Passed ? "passed" : "failed",
        };
        if (version is not null)
        {
            tags["mlops.model_version"] = new ModelVersionKey(version.Project, version.Model, version.Version).ToString();
        }

        await record.LogResultAsync(metrics, tags, prepared.TotalSteps);
        return new JobOutcome { Status = TrainingStatus.Completed, ModelVersion = version?.Version, Metrics = model.Metrics };
    }

    private async Task<ModelVersionInfo?> RegisterAsync(PartOrder order, PreparedTraining prepared, FinishedModel model, BlobRef weights)
    {
        var spec = order.Spec;
        if (spec.RegisterAs is not { } name)
        {
            return null;
        }

        var reference = await blobs.WriteAsync(model.Reference);
        return await grains.GetGrain<IModelGrain>(new ModelKey(spec.Project, name).ToString()).Register(new RegisterModelVersion
        {
            Project = spec.Project,
            Model = name,
            OperationId = new JobKey(order.JobId).ToString(),
            Onnx = model.OnnxBlob,
            Weights = weights,
            NetworkJson = prepared.Network.ToJson(),
            Signature =
            [
                .. spec.Numeric.Select(column => new SignatureColumn { Name = column }),
                .. spec.Categorical.Select(column => new SignatureColumn { Name = column, Categorical = true }),
            ],
            Parity = model.Parity,
            Reference = reference,
            Job = new JobKey(order.JobId).ToString(),
            RunId = order.JobId,
            DatasetVersion = spec.DatasetVersion,
            FeatureView = spec.FeatureView,
            Metrics = model.Metrics,
        });
    }
}
