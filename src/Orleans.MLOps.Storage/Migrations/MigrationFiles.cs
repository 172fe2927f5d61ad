using System.Globalization;

namespace Orleans.MLOps.Storage.Migrations;

/// <summary>Reads the SQL that this assembly carries: <c>Schema/&lt;engine&gt;/0001_name.sql</c> and so on, without gaps.</summary>
internal static class MigrationFiles
{
    private const string Prefix = "Orleans.MLOps.Storage.Schema.";

    public static IReadOnlyList<Migration> Load(string engine)
    {
        var start = $"{Prefix}{engine}.";
        var assembly = typeof(MigrationFiles).Assembly;
        Migration[] migrations = [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(start, StringComparison.Ordinal) && char.IsAsciiDigit(name[start.Length]))
            .Select(name => Parse(name[start.Length..], ReadText(name)))
            .OrderBy(migration => migration.Version)];
        for (var i = 0; i < migrations.Length; i++)
        {
            if (migrations[i].Version != i + 1)
            {
                throw new InvalidDataException($"Migrations of {engine} must be numbered 1, 2, 3...; {migrations[i].Name} stands at place {i + 1}.");
            }
        }

        return migrations;
    }

    public static string Load(string engine, string file) => ReadText($"{Prefix}{engine}.{file}");

    private static Migration Parse(string file, string sql)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return new Migration(int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture), name, sql);
    }

    private static string ReadText(string resource)
    {
        using var stream = typeof(MigrationFiles).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"The assembly carries no resource {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
