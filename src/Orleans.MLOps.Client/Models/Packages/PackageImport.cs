using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Registers what an opened package holds: the files first, then the version that names them, then the card that somebody wrote.</summary>
internal sealed class PackageImport(IModelsClient models, ModelPackage package, string project, string model, CancellationToken cancellationToken)
{
    private const int LongestCard = 100_000;

    public async Task<ModelVersionInfo> RunAsync()
    {
        _ = new ModelKey(project, model).ToString();
        var manifest = package.Manifest;
        if (manifest.Find(ModelPackageFormat.Onnx) is null)
        {
            throw new InvalidInputException(
                $"The package of version {manifest.Version} of model '{manifest.Model}' holds no '{ModelPackageFormat.Onnx}'; a version is registered only with one.",
                ModelPackageFormat.Onnx);
        }

        var card = package.ReadCard();
        if (card.Length > LongestCard)
        {
            throw new InvalidInputException($"'{ModelPackageFormat.Card}' has {card.Length} characters; a registry takes {LongestCard}.", ModelPackageFormat.Card);
        }

        foreach (var entry in manifest.Entries.Where(entry => entry.Name != ModelPackageFormat.Card))
        {
            await UploadAsync(entry).ConfigureAwait(false);
        }

        var version = await models.RegisterAsync(PackagedVersion.ToCommand(package, project, model), cancellationToken).ConfigureAwait(false);
        if (card != PackageCard.Write(manifest))
        {
            await WriteCardAsync(version.Version, card).ConfigureAwait(false);
        }

        return version;
    }

    private async Task UploadAsync(ModelPackageEntry entry)
    {
        var content = package.OpenEntry(entry.Name);
        await using (content.ConfigureAwait(false))
        {
            var blob = await models.UploadAsync(content, cancellationToken).ConfigureAwait(false);
            if (blob.Digest != entry.Sha256 || blob.Length != entry.Length)
            {
                throw new DataLossException(
                    $"'{entry.Name}' arrived as {blob.Length} bytes of SHA-256 {blob.Digest}; {entry.Length} of {entry.Sha256} were sent.", entry.Name);
            }
        }
    }

    /// <summary>A repeated import leaves alone what was written here since.</summary>
    private async Task WriteCardAsync(int version, string card)
    {
        var there = await models.GetCardAsync(model, version, project, cancellationToken).ConfigureAwait(false);
        if (there.Edited is null)
        {
            await models.EditCardAsync(new() { Project = project, Model = model, Version = version, Text = card, EditedBy = "import" }, cancellationToken).ConfigureAwait(false);
        }
    }
}
