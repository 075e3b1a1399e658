{{- define "posthorn.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "posthorn.selector" -}}
app.kubernetes.io/name: posthorn
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "posthorn.labels" -}}
{{ include "posthorn.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "posthorn.secret" -}}
{{- .Values.secrets.existingSecret | default (include "posthorn.name" .) -}}
{{- end -}}

{{- define "posthorn.image" -}}
{{- $repository := required "image.repository: name the image that bin/image built, in your registry" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{ $repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ $repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "posthorn.pod" -}}
{{- $file := eq .Values.store "file" -}}
metadata:
  labels:
    {{- include "posthorn.selector" . | nindent 4 }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    # Otherwise each start would let the group read and change the database again.
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: posthorn
      image: {{ include "posthorn.image" . }}
      args: ["serve"]
      env:
        {{- if $file }}
        - name: POSTHORN_DB
          value: /data/posthorn.db
        {{- else }}
        - name: POSTHORN_STORE
          value: {{ required "postgresql.url: name the database" .Values.postgresql.url | quote }}
        - name: POSTHORN_STORE_PASSWORD
          value: "@/secrets/store-password"
        - name: POSTHORN_SINGLE_OWNER
          value: "false"
        - name: POSTHORN_NODE_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: POSTHORN_ADMIN_TOKEN
          value: "@/secrets/admin-token"
        {{- end }}
        - name: POSTHORN_LISTEN
          value: 0.0.0.0:8071
        - name: POSTHORN_ADMIN_LISTEN
          value: 0.0.0.0:8072
        - name: POSTHORN_SECRET_KEY
          value: "@/secrets/secret-key"
        - name: POSTHORN_JWT_SECRET
          value: "@/secrets/jwt-secret"
        {{- with .Values.publicUrl }}
        - name: POSTHORN_PUBLIC_URL
          value: {{ . | quote }}
        {{- end }}
        - name: POSTHORN_LOG_FORMAT
          value: json
        {{- range $name, $value := .Values.settings }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
        {{- with .Values.javaOptions }}
        - name: JAVA_TOOL_OPTIONS
          value: {{ . | quote }}
        {{- end }}
      ports:
        - name: api
          containerPort: 8071
        - name: admin
          containerPort: 8072
      startupProbe:
        httpGet:
          path: /health/live
          port: admin
        periodSeconds: 2
        failureThreshold: 30
      livenessProbe:
        httpGet:
          path: /health/live
          port: admin
        periodSeconds: 10
        timeoutSeconds: 5
      readinessProbe:
        httpGet:
          path: /health/ready
          port: admin
        periodSeconds: 5
        timeoutSeconds: 5
      lifecycle:
        preStop:
          {{- if $file }}
          # The service forgets the pod meanwhile; a stop accepts no further connection.
          sleep:
            seconds: 5
          {{- else }}
          # The pod is not ready from now on, so the service sends it nothing, and others deliver. If that fails, the
          # stop does the same, but requests may still come to it.
          exec:
            command: ["java", "-Xmx64m", "@/opt/posthorn/posthorn", "nodes", "drain", "--timeout", "20s"]
          {{- end }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: ["ALL"]
      volumeMounts:
        {{- if $file }}
        - name: data
          mountPath: /data
        {{- end }}
        - name: secrets
          mountPath: /secrets
          readOnly: true
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if not $file }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "posthorn.selector" . | nindent 10 }}
  {{- end }}
  volumes:
    - name: secrets
      secret:
        secretName: {{ include "posthorn.secret" . }}
{{- end -}}
